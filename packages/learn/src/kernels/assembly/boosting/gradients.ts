/**
 * e ** x by a power of 2 and a polynomial; off by less than 1e-9 of it. Written out so that the same digits come out in JavaScript.
 */
@inline
function exponential(x: f64): f64 {
  const clamped = min(max(x, -700.0), 700.0)
  const power = floor(clamped * 1.4426950408889634 + 0.5)
  const r = clamped - power * 0.6931471805599453
  const polynomial = 1.0 + r * (1.0 + r * (0.5 + r * (0.16666666666666666 + r * (0.041666666666666664 + r * (0.008333333333333333 +
    r * (0.001388888888888889 + r * (0.0001984126984126984 + r * 0.0000248015873015873)))))))
  return polynomial * reinterpret<f64>((<i64>power + 1023) << 52)
}

/** Numbers of the losses, as in `loss-codes.ts`; the last is what is left. */
const SQUARED = 0
const LOGISTIC = 1
const POISSON = 2
const ABSOLUTE = 3

/** First and second derivatives of the loss by the score of each row of a chunk, and the sums of their sizes. */
export function computeGradients(parameters: usize, task: usize): void {
  const loss = load<i32>(parameters)
  const rowCount: usize = load<u32>(parameters, 4)
  const scores: usize = load<u32>(parameters, 8)
  const targets: usize = load<u32>(parameters, 12)
  const weights: usize = load<u32>(parameters, 16)
  const gradients: usize = load<u32>(parameters, 20)
  const hessians: usize = load<u32>(parameters, 24)
  const sums: usize = load<u32>(parameters, 28)
  const chunkRows: usize = load<u32>(parameters, 32)
  const quantile = load<f64>(parameters, 128)
  const start = task * chunkRows
  const end = min(start + chunkRows, rowCount)
  let gradientSum = 0.0
  let hessianSum = 0.0
  for (let row = start; row < end; row++) {
    const weight = <f64>load<f32>(weights + (row << 2))
    const score = load<f64>(scores + (row << 3))
    const target = load<f64>(targets + (row << 3))
    let gradient: f64
    let hessian: f64
    if (loss == LOGISTIC) {
      const probability = 1.0 / (1.0 + exponential(-score))
      gradient = weight * (probability - target)
      hessian = weight * (probability * (1.0 - probability))
    } else if (loss == SQUARED) {
      gradient = weight * (score - target)
      hessian = weight
    } else if (loss == POISSON) {
      const mean = exponential(score)
      gradient = weight * (mean - target)
      hessian = weight * mean
    } else if (loss == ABSOLUTE) {
      gradient = score > target ? weight : score < target ? -weight : 0.0
      hessian = weight
    } else {
      gradient = score >= target ? weight * (1.0 - quantile) : -(weight * quantile)
      hessian = weight
    }
    store<f32>(gradients + (row << 2), <f32>gradient)
    store<f32>(hessians + (row << 2), <f32>hessian)
    gradientSum += abs(gradient)
    hessianSum += hessian
  }
  store<f64>(sums + (task << 4), gradientSum)
  store<f64>(sums + (task << 4), hessianSum, 8)
}

/** The same for the classes of the softmax, one score a class: class after class, and in each row after row. */
export function computeSoftmaxGradients(parameters: usize, task: usize): void {
  const classCount: usize = load<u32>(parameters)
  const rowCount: usize = load<u32>(parameters, 4)
  const scores: usize = load<u32>(parameters, 8)
  const codes: usize = load<u32>(parameters, 12)
  const weights: usize = load<u32>(parameters, 16)
  const gradients: usize = load<u32>(parameters, 20)
  const hessians: usize = load<u32>(parameters, 24)
  const sums: usize = load<u32>(parameters, 28)
  const chunkRows: usize = load<u32>(parameters, 32)
  const chunkCount: usize = load<u32>(parameters, 36)
  const start = task * chunkRows
  const end = min(start + chunkRows, rowCount)
  for (let code: usize = 0; code < classCount; code++) {
    const at = sums + ((code * chunkCount + task) << 4)
    store<f64>(at, 0.0)
    store<f64>(at, 0.0, 8)
  }
  for (let row = start; row < end; row++) {
    const weight = <f64>load<f32>(weights + (row << 2))
    const own = <usize>load<f64>(codes + (row << 3))
    let largest = load<f64>(scores + (row << 3))
    for (let code: usize = 1; code < classCount; code++) {
      const score = load<f64>(scores + ((code * rowCount + row) << 3))
      if (score > largest) largest = score
    }
    let sum = 0.0
    for (let code: usize = 0; code < classCount; code++) {
      const power = <f64><f32>exponential(load<f64>(scores + ((code * rowCount + row) << 3)) - largest)
      store<f32>(hessians + ((code * rowCount + row) << 2), <f32>power)
      sum += power
    }
    for (let code: usize = 0; code < classCount; code++) {
      const at = (code * rowCount + row) << 2
      const probability = <f64>load<f32>(hessians + at) / sum
      const gradient = weight * (code == own ? probability - 1.0 : probability)
      const hessian = weight * (probability * (1.0 - probability))
      store<f32>(gradients + at, <f32>gradient)
      store<f32>(hessians + at, <f32>hessian)
      const to = sums + ((code * chunkCount + task) << 4)
      store<f64>(to, load<f64>(to) + abs(gradient))
      store<f64>(to, load<f64>(to, 8) + hessian, 8)
    }
  }
}

/** Rounds derivatives to whole numbers, packed as a signed one in the upper and an unsigned one in the lower 32 bits: sums of them do not depend on an order. */
export function packGradients(parameters: usize, task: usize): void {
  const rowCount: usize = load<u32>(parameters)
  const gradients: usize = load<u32>(parameters, 4)
  const hessians: usize = load<u32>(parameters, 8)
  const packed: usize = load<u32>(parameters, 12)
  const chunkRows: usize = load<u32>(parameters, 16)
  const gradientScale = load<f64>(parameters, 128)
  const hessianScale = load<f64>(parameters, 136)
  const end = min((task + 1) * chunkRows, rowCount)
  for (let row = task * chunkRows; row < end; row++) {
    const exact = <f64>load<f32>(gradients + (row << 2)) * gradientScale
    const gradient = <i64>trunc(exact + (exact < 0.0 ? -0.5 : 0.5)) // symmetric, so that classes can change places
    const hessian = <i64>floor(<f64>load<f32>(hessians + (row << 2)) * hessianScale + 0.5)
    store<i64>(packed + (row << 3), (gradient << 32) + hessian)
  }
}

/** Adds the value of a leaf to the scores of its rows. A task is a leaf: where its rows start and end in the order, and its value. */
export function addLeafValues(parameters: usize, task: usize): void {
  const order: usize = load<u32>(parameters)
  const scores: usize = load<u32>(parameters, 4)
  const leaf: usize = load<u32>(parameters, 8) + (task << 4)
  const value = load<f64>(leaf, 8)
  const end = order + ((<usize>load<u32>(leaf, 4)) << 2)
  for (let at = order + ((<usize>load<u32>(leaf)) << 2); at < end; at += 4) {
    const score = scores + ((<usize>load<u32>(at)) << 3)
    store<f64>(score, load<f64>(score) + value)
  }
}

/** Adds up the packed derivatives of a chunk of the order. */
export function sumPacked(parameters: usize, task: usize): void {
  const order: usize = load<u32>(parameters)
  const packed: usize = load<u32>(parameters, 4)
  const count: usize = load<u32>(parameters, 8)
  const chunkRows: usize = load<u32>(parameters, 12)
  const last = order + (min((task + 1) * chunkRows, count) << 2)
  let sum: i64 = 0
  for (let at = order + ((task * chunkRows) << 2); at < last; at += 4) sum += load<i64>(packed + ((<usize>load<u32>(at)) << 3))
  store<i64>(<usize>load<u32>(parameters, 16) + (task << 3), sum)
}
