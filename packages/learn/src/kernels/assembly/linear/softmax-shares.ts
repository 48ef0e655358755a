/**
 * e ** x for x of at most 0, by a power of 2 and a polynomial: within 1e-15 of it, and at least e ** -700. Written out so that the same
 * digits come out in JavaScript.
 */
@inline
function exponentials(x: v128): v128 {
  const clamped = f64x2.max(x, f64x2.splat(-700.0))
  // beside a number so large, the fraction's last bit counts whole numbers
  const rounded = f64x2.add(f64x2.mul(clamped, f64x2.splat(1.4426950408889634)), f64x2.splat(6755399441055744.0))
  const power = f64x2.sub(rounded, f64x2.splat(6755399441055744.0))
  const r = f64x2.sub(f64x2.sub(clamped, f64x2.mul(power, f64x2.splat(0.6931471803691238))), f64x2.mul(power, f64x2.splat(1.9082149292705877e-10)))
  let polynomial = f64x2.splat(1.0 / 479001600.0)
  polynomial = next(polynomial, r, 1.0 / 39916800.0)
  polynomial = next(polynomial, r, 1.0 / 3628800.0)
  polynomial = next(polynomial, r, 1.0 / 362880.0)
  polynomial = next(polynomial, r, 1.0 / 40320.0)
  polynomial = next(polynomial, r, 1.0 / 5040.0)
  polynomial = next(polynomial, r, 1.0 / 720.0)
  polynomial = next(polynomial, r, 1.0 / 120.0)
  polynomial = next(polynomial, r, 1.0 / 24.0)
  polynomial = next(polynomial, r, 1.0 / 6.0)
  polynomial = next(polynomial, r, 0.5)
  polynomial = next(polynomial, r, 1.0)
  polynomial = next(polynomial, r, 1.0)
  return i64x2.add(polynomial, i64x2.shl(rounded, 52))
}

@inline
function next(polynomial: v128, r: v128, coefficient: f64): v128 {
  return f64x2.add(f64x2.mul(polynomial, r), f64x2.splat(coefficient))
}

/**
 * The softmax of each row of margins times the row's weight. Leaves of each row the largest margin and Σ e ** (margin − largest), which
 * its log-loss is made of.
 */
export function softmaxShares(margins: usize, width: usize, rowWeights: usize, rowCount: usize, shares: usize, largests: usize, sums: usize): void {
  const stride = width << 3
  const pairs = stride & ~15
  for (let row: usize = 0; row < rowCount; row++, margins += stride, shares += stride) {
    let largest = load<f64>(margins)
    for (let k: usize = 8; k < stride; k += 8) {
      const margin = load<f64>(margins + k)
      if (margin > largest) largest = margin
    }
    const base = f64x2.splat(largest)
    let sum = 0.0
    for (let k: usize = 0; k < pairs; k += 16) {
      const powers = exponentials(f64x2.sub(v128.load(margins + k), base))
      v128.store(shares + k, powers)
      sum += f64x2.extract_lane(powers, 0)
      sum += f64x2.extract_lane(powers, 1)
    }
    if (pairs < stride) {
      const power = f64x2.extract_lane(exponentials(f64x2.splat(load<f64>(margins + pairs) - largest)), 0)
      store<f64>(shares + pairs, power)
      sum += power
    }
    const scale = load<f64>(rowWeights + (row << 3)) / sum
    for (let k: usize = 0; k < pairs; k += 16) v128.store(shares + k, f64x2.mul(v128.load(shares + k), f64x2.splat(scale)))
    if (pairs < stride) store<f64>(shares + pairs, load<f64>(shares + pairs) * scale)
    store<f64>(largests + (row << 3), largest)
    store<f64>(sums + (row << 3), sum)
  }
}
