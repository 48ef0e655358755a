/** Weights as they are, or in proportion where they are too large or small for 32-bit floats. */
export function moderateWeights(weights: Float64Array): Float64Array {
  let [smallest, largest] = [Infinity, 0]
  for (const weight of weights) {
    if (weight > largest) largest = weight
    if (weight > 0 && weight < smallest) smallest = weight
  }
  if (largest < 1e9 && smallest > 1e-9) return weights
  return weights.map((weight) => (weight === 0 ? 0 : Math.max(weight / largest, 1e-30)))
}
