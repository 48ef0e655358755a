import type { KernelMemory } from '../kernel-memory.js'
import { lossCodes } from '../loss-codes.js'

const bits = new Int32Array(2)
const power = new Float64Array(bits.buffer)

/** 2 ** exponent, for exponents of normal numbers. */
function powerOfTwo(exponent: number): number {
  bits[0] = 0
  bits[1] = (exponent + 1023) << 20
  return power[0]
}

function exponential(x: number): number {
  const clamped = Math.min(Math.max(x, -700), 700)
  const exponent = Math.floor(clamped * 1.4426950408889634 + 0.5)
  const r = clamped - exponent * 0.6931471805599453
  const polynomial = 1 + r * (1 + r * (0.5 + r * (0.16666666666666666 + r * (0.041666666666666664 + r * (0.008333333333333333 +
    r * (0.001388888888888889 + r * (0.0001984126984126984 + r * 0.0000248015873015873)))))))
  return polynomial * powerOfTwo(exponent)
}

/** The functions of `assembly/boosting/gradients.ts`. */
export function gradientsInJavaScript(memory: KernelMemory) {
  return {
    computeGradients(parameters: number, task: number): void {
      const [loss, rowCount, scoresAt, targetsAt, weightsAt, gradientsAt, hessiansAt, sumsAt, chunkRows] = memory.integers(parameters, 9)
      const quantile = memory.doubles(parameters + 128, 1)[0]
      const start = task * chunkRows
      const count = Math.min(chunkRows, rowCount - start)
      const scores = memory.doubles(scoresAt + start * 8, count)
      const targets = memory.doubles(targetsAt + start * 8, count)
      const weights = memory.singles(weightsAt + start * 4, count)
      const gradients = memory.singles(gradientsAt + start * 4, count)
      const hessians = memory.singles(hessiansAt + start * 4, count)
      let gradientSum = 0
      let hessianSum = 0
      for (let row = 0; row < count; row++) {
        const [weight, score, target] = [weights[row], scores[row], targets[row]]
        let gradient: number
        let hessian = weight
        if (loss === lossCodes.logistic) {
          const probability = 1 / (1 + exponential(-score))
          gradient = weight * (probability - target)
          hessian = weight * (probability * (1 - probability))
        } else if (loss === lossCodes.squared) {
          gradient = weight * (score - target)
        } else if (loss === lossCodes.poisson) {
          const mean = exponential(score)
          gradient = weight * (mean - target)
          hessian = weight * mean
        } else if (loss === lossCodes.absolute) {
          gradient = score > target ? weight : score < target ? -weight : 0
        } else {
          gradient = score >= target ? weight * (1 - quantile) : -(weight * quantile)
        }
        gradients[row] = gradient
        hessians[row] = hessian
        gradientSum += Math.abs(gradient)
        hessianSum += hessian
      }
      memory.doubles(sumsAt + task * 16, 2).set([gradientSum, hessianSum])
    },

    computeSoftmaxGradients(parameters: number, task: number): void {
      const [classCount, rowCount, scoresAt, codesAt, weightsAt, gradientsAt, hessiansAt, sumsAt, chunkRows, chunkCount] = memory.integers(parameters, 10)
      const start = task * chunkRows
      const end = Math.min(start + chunkRows, rowCount)
      const scores = memory.doubles(scoresAt, classCount * rowCount)
      const codes = memory.doubles(codesAt, rowCount)
      const weights = memory.singles(weightsAt, rowCount)
      const gradients = memory.singles(gradientsAt, classCount * rowCount)
      const hessians = memory.singles(hessiansAt, classCount * rowCount)
      const sums = memory.doubles(sumsAt, classCount * chunkCount * 2)
      for (let code = 0; code < classCount; code++) sums.fill(0, (code * chunkCount + task) * 2, (code * chunkCount + task) * 2 + 2)
      for (let row = start; row < end; row++) {
        let largest = scores[row]
        for (let code = 1; code < classCount; code++) if (scores[code * rowCount + row] > largest) largest = scores[code * rowCount + row]
        let sum = 0
        for (let code = 0; code < classCount; code++) {
          hessians[code * rowCount + row] = exponential(scores[code * rowCount + row] - largest)
          sum += hessians[code * rowCount + row]
        }
        for (let code = 0; code < classCount; code++) {
          const at = code * rowCount + row
          const probability = hessians[at] / sum
          const gradient = weights[row] * (code === codes[row] ? probability - 1 : probability)
          const hessian = weights[row] * (probability * (1 - probability))
          gradients[at] = gradient
          hessians[at] = hessian
          sums[(code * chunkCount + task) * 2] += Math.abs(gradient)
          sums[(code * chunkCount + task) * 2 + 1] += hessian
        }
      }
    },

    packGradients(parameters: number, task: number): void {
      const [rowCount, gradientsAt, hessiansAt, packedAt, chunkRows] = memory.integers(parameters, 5)
      const [gradientScale, hessianScale] = memory.doubles(parameters + 128, 2)
      const gradients = memory.singles(gradientsAt, rowCount)
      const hessians = memory.singles(hessiansAt, rowCount)
      const packed = memory.integers(packedAt, rowCount * 2)
      const end = Math.min((task + 1) * chunkRows, rowCount)
      for (let row = task * chunkRows; row < end; row++) {
        packed[row * 2] = Math.floor(hessians[row] * hessianScale + 0.5)
        const exact = gradients[row] * gradientScale
        packed[row * 2 + 1] = Math.trunc(exact + (exact < 0 ? -0.5 : 0.5))
      }
    },

    sumPacked(parameters: number, task: number): void {
      const [order, packedAt, count, chunkRows, sums] = memory.integers(parameters, 5)
      const rows = memory.integers(order, count)
      const packed = new Int32Array(memory.buffer, packedAt)
      let [gradient, hessian] = [0, 0]
      for (let at = task * chunkRows; at < Math.min((task + 1) * chunkRows, count); at++) {
        hessian += packed[rows[at] * 2] >>> 0
        gradient += packed[rows[at] * 2 + 1]
      }
      memory.integers(sums + task * 8, 2).set([hessian, gradient])
    },

    addLeafValues(parameters: number, task: number): void {
      const [order, scores, leaves] = memory.integers(parameters, 3)
      const [start, end] = memory.integers(leaves + task * 16, 2)
      const value = memory.doubles(leaves + task * 16 + 8, 1)[0]
      const rows = memory.integers(order, end)
      const scoresOf = new Float64Array(memory.buffer, scores)
      for (let at = start; at < end; at++) scoresOf[rows[at]] += value
    },
  }
}
