/** Lanczos coefficients for g = 607/128, n = 15 (Godfrey 2001): relative error below 1e-14. */
const lanczos = [
  0.9999999999999971, 57.15623566586292, -59.59796035547549, 14.136097974741746, -0.4919138160976202, 0.00003399464998481189,
  0.00004652362892704858, -0.00009837447530487956, 0.0001580887032249125, -0.00021026444172410488, 0.00021743961811521265,
  -0.0001643181065367639, 0.00008441822398385275, -0.000026190838401581408, 0.0000036899182659531625,
]

/**
 * Natural logarithm of the gamma function, for x above 0.
 *
 * @example
 * Math.round(Math.exp(logGamma(5))) // => 24
 */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x)
  const y = x - 1
  let sum = lanczos[0]
  for (let i = 1; i < lanczos.length; i++) sum += lanczos[i] / (y + i)
  const t = y + 607 / 128 + 0.5
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum)
}

/** ln(n choose k). */
export const logChoose = (n: number, k: number): number => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)

/**
 * Regularised lower incomplete gamma function P(a, x): the share of a gamma distribution of shape `a` below x.
 *
 * @example
 * gammaCdf(1, Math.LN2).toFixed(3) // => '0.500'
 */
export function gammaCdf(shape: number, x: number): number {
  if (x <= 0) return 0
  return x < shape + 1 ? seriesP(shape, x) : 1 - fractionQ(shape, x)
}

/** 1 − {@link gammaCdf}, exact where that is near 0. */
export function gammaSurvival(shape: number, x: number): number {
  if (x <= 0) return 1
  return x < shape + 1 ? 1 - seriesP(shape, x) : fractionQ(shape, x)
}

const factor = (a: number, x: number): number => Math.exp(a * Math.log(x) - x - logGamma(a))

function seriesP(a: number, x: number): number {
  let [term, sum] = [1 / a, 1 / a]
  for (let n = 1; n < 10_000 && Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
    term *= x / (a + n)
    sum += term
  }
  return sum * factor(a, x)
}

/** Continued fraction by Lentz's method; 6.5.31 of Abramowitz and Stegun. */
function fractionQ(a: number, x: number): number {
  if (x === Infinity) return 0
  let b = x + 1 - a
  let c = 1e300
  let d = 1 / b
  let h = d
  for (let n = 1; n < 10_000; n++) {
    const an = -n * (n - a)
    b += 2
    d = 1 / (an * d + b || 1e-300)
    c = b + an / c || 1e-300
    const delta = d * c
    h *= delta
    if (Math.abs(delta - 1) < 1e-16) break
  }
  return factor(a, x) * h
}
