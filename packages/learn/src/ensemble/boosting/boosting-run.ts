import type { Random } from '@motadata/core'
import type { GrownTree } from '../../tree/join-trees.js'
import type { BoostingProblem } from './boost.js'
import { drawToFront } from './row-draw.js'
import { GradientSteps, type PackedTotals } from './gradient-steps.js'
import { type GrowerInput, LeafWiseGrower } from './leaf-wise-grower.js'
import { type GrowingLeaf } from './growing-leaf.js'
import { categoryWordsOf, type TreeDraft } from './tree-draft.js'
import { weightedQuantile } from './weighted-quantile.js'

/** The scores of all rows while rounds of trees are added to them. */
export class BoostingRun {
  readonly #input: GrowerInput
  readonly #problem: BoostingProblem
  readonly #grower: LeafWiseGrower
  readonly #gradients: GradientSteps
  readonly #learned: Uint32Array
  readonly #heldOut: Uint32Array
  readonly #order: Int32Array
  readonly #scores: Float64Array
  readonly #categoryWords: number

  /** @param learned, heldOut - Rising row numbers, none in both. */
  constructor(input: GrowerInput, problem: BoostingProblem, learned: Uint32Array, heldOut: Uint32Array) {
    const { session, memory, rowCount, bins } = input
    const { outputs, targets, weights, base, loss } = problem
    this.#input = input
    this.#problem = problem
    this.#learned = learned
    this.#heldOut = heldOut
    this.#categoryWords = categoryWordsOf(bins)
    this.#order = session.memory.integers(memory.order, learned.length + heldOut.length)
    this.#scores = session.memory.doubles(memory.scores, rowCount * outputs)
    for (let output = 0; output < outputs; output++) this.#scores.fill(base[output], output * rowCount, (output + 1) * rowCount)
    session.memory.doubles(memory.targets, rowCount).set(targets)
    const kept = session.memory.singles(memory.weights, rowCount).fill(0)
    for (const row of learned) kept[row] = weights[row]
    this.#gradients = new GradientSteps(session, memory, loss, rowCount, outputs)
    this.#grower = new LeafWiseGrower(input)
  }

  /** Grows a tree an output and adds what they say. */
  round(random: Random, gains: Float64Array): GrownTree[] {
    const { outputs, hyperparameters: { rowShare, columnShare } } = this.#problem
    const { bins } = this.#input
    this.#gradients.compute()
    const all = this.#learned.length + this.#heldOut.length
    return Array.from({ length: outputs }, (_, output) => {
      this.#order.set(this.#learned)
      this.#order.set(this.#heldOut, this.#learned.length)
      let count = this.#learned.length
      if (rowShare < 1) {
        count = Math.max(1, Math.round(rowShare * count))
        drawToFront(this.#order, this.#learned.length, count, random)
      }
      if (output === 0 || columnShare < 1) this.#activate(columnShare, bins.length, random)
      const packed = this.#gradients.pack(output, count)
      const { draft, leaves } = this.#grower.grow({ learned: count, all }, packed.total, packed.units)
      for (const { feature, gain } of draft.gains) gains[feature] += gain
      return this.#finish(draft, leaves, packed, output)
    })
  }

  /** The mean loss of the rows held out. */
  heldOutLoss(): number {
    const { loss, targets, weights } = this.#problem
    const { rowCount } = this.#input
    let sum = 0
    let total = 0
    let row = 0
    const scoreAt = (output: number): number => this.#scores[output * rowCount + row]
    for (row of this.#heldOut) {
      sum += weights[row] * loss.lossOf(targets[row], scoreAt)
      total += weights[row]
    }
    return sum / total
  }

  #activate(columnShare: number, count: number, random: Random): void {
    if (columnShare === 1) {
      this.#grower.activate(() => true)
      return
    }
    const columns = Int32Array.from({ length: count }, (_, index) => index)
    const drawn = Math.max(1, Math.round(columnShare * count))
    drawToFront(columns, count, drawn, random)
    const active = new Set(columns.subarray(0, drawn))
    this.#grower.activate((index) => active.has(index))
  }

  /** Gives leaves their values and adds them to the scores. */
  #finish(draft: TreeDraft, leaves: readonly GrowingLeaf[], { units }: PackedTotals, output: number): GrownTree {
    const { session, memory, rowCount } = this.#input
    const { scale } = this.#problem
    const values = new Map<number, number>()
    const table = { words: session.memory.integers(memory.leafTable, leaves.length * 8), values: session.memory.doubles(memory.leafTable, leaves.length * 4) }
    leaves.forEach((leaf, index) => {
      const value = leaves.length === 1 && this.#problem.loss.leafQuantile === undefined ? 0 : this.#valueOf(leaf, units)
      values.set(leaf.node, value * scale)
      table.words.set([leaf.start, leaf.end], index * 8)
      table.words.set([leaf.otherStart, leaf.otherEnd], index * 8 + 4)
      table.values[index * 4 + 1] = value
      table.values[index * 4 + 3] = value
    })
    session.memory.integers(memory.gradientParameters, 3).set([memory.order, memory.scores + output * rowCount * 8, memory.leafTable])
    for (let done = 0; done < leaves.length * 2; done += 4000) {
      session.memory.integers(memory.gradientParameters, 3)[2] = memory.leafTable + done * 16
      session.runTasks('addLeafValues', memory.gradientParameters, Math.min(4000, leaves.length * 2 - done))
    }
    return draft.finish(values, this.#categoryWords)
  }

  #valueOf(leaf: GrowingLeaf, units: PackedTotals['units']): number {
    const { loss, hyperparameters: { l2, learningRate } } = this.#problem
    const raw = loss.leafQuantile === undefined
      ? (-leaf.gradient * units.gradient) / (leaf.hessian * units.hessian + l2)
      : this.#lackOf(leaf, loss.leafQuantile)
    if (!Number.isFinite(raw)) return 0 // neither gradient nor hessian
    const step = Math.min(Math.max(raw, -loss.longestStep), loss.longestStep)
    return learningRate * Math.min(Math.max(step, leaf.lowest), leaf.highest)
  }

  /** A quantile of what the scores of a leaf's rows lack. */
  #lackOf({ start, end }: GrowingLeaf, share: number): number {
    const { targets, weights } = this.#problem
    const rows = this.#order.subarray(start, end)
    const lacks = Float64Array.from(rows, (row) => targets[row] - this.#scores[row])
    const first = weights[rows[0]]
    return weightedQuantile(lacks, share, rows.every((row) => weights[row] === first) ? undefined : Float64Array.from(rows, (row) => weights[row]))
  }
}
