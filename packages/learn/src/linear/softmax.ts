/** Probabilities of classes in place of their scores. */
export function softmax(out: Float64Array): void {
  let largest = out[0]
  for (let k = 1; k < out.length; k++) if (out[k] > largest) largest = out[k]
  let sum = 0
  for (let k = 0; k < out.length; k++) sum += out[k] = Math.exp(out[k] - largest)
  const scale = 1 / sum
  for (let k = 0; k < out.length; k++) out[k] *= scale
}

/** Probabilities of two classes from the margin of the second over the first, which stands in the first place. */
export function logistic(out: Float64Array): void {
  const margin = out[0]
  const small = Math.exp(-Math.abs(margin))
  const larger = 1 / (1 + small)
  out[0] = margin > 0 ? small * larger : larger
  out[1] = margin > 0 ? larger : small * larger
}
