/** Margins of rows, shape (rows, width), and what {@link softmaxShares} makes of them. */
export interface SoftmaxRows {
  readonly margins: Float64Array
  readonly width: number
  /** shape (rows,) */
  readonly rowWeights: Float64Array
  /** shape (rows, width) */
  readonly shares: Float64Array
  /** The largest margin, shape (rows,). */
  readonly largests: Float64Array
  /** Σ e ** (margin − largest), shape (rows,). */
  readonly sums: Float64Array
}

const rounding = 6_755_399_441_055_744
const bits = new Int32Array(2)
const powerOfTwo = new Float64Array(bits.buffer)

/** e ** x for x of at most 0, as in `kernels/assembly/linear/softmax-shares.ts`, digit for digit. */
function exponential(x: number): number {
  const clamped = x < -700 ? -700 : x
  const power = clamped * 1.4426950408889634 + rounding - rounding
  const r = clamped - power * 0.6931471803691238 - power * 1.9082149292705877e-10
  let polynomial = 1 / 479001600
  polynomial = polynomial * r + 1 / 39916800
  polynomial = polynomial * r + 1 / 3628800
  polynomial = polynomial * r + 1 / 362880
  polynomial = polynomial * r + 1 / 40320
  polynomial = polynomial * r + 1 / 5040
  polynomial = polynomial * r + 1 / 720
  polynomial = polynomial * r + 1 / 120
  polynomial = polynomial * r + 1 / 24
  polynomial = polynomial * r + 1 / 6
  polynomial = polynomial * r + 0.5
  polynomial = polynomial * r + 1
  polynomial = polynomial * r + 1
  bits[1] = (power + 1023) << 20
  return polynomial * powerOfTwo[0]
}

/** The softmax of each row of margins times the row's weight. */
export function softmaxShares({ margins, width, rowWeights, shares, largests, sums }: SoftmaxRows): void {
  for (let row = 0, at = 0; row < rowWeights.length; row++, at += width) {
    let largest = margins[at]
    for (let k = 1; k < width; k++) if (margins[at + k] > largest) largest = margins[at + k]
    let sum = 0
    for (let k = 0; k < width; k++) sum += shares[at + k] = exponential(margins[at + k] - largest)
    const scale = rowWeights[row] / sum
    for (let k = 0; k < width; k++) shares[at + k] *= scale
    largests[row] = largest
    sums[row] = sum
  }
}
