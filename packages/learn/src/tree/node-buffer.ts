import type { GrownTree } from './join-trees.js'
import type { SplitCriterion } from './split-criterion.js'
import { isLeaf, missingGoesLeft } from './tree-nodes.js'

/** The nodes of a tree while it grows. */
export class NodeBuffer {
  readonly covers: Float32Array
  readonly #criterion: SplitCriterion
  readonly #features: Int32Array
  readonly #thresholds: Float32Array
  readonly #children: Uint32Array
  readonly #routes: Uint8Array
  #leafValues: Float64Array
  #nodes = 1
  #leafRows: number

  /** @param rowCount - Rows to grow on: there is a leaf for each, at most. */
  constructor(rowCount: number, criterion: SplitCriterion) {
    const capacity = 2 * rowCount - 1
    this.#criterion = criterion
    this.covers = new Float32Array(capacity)
    this.#features = new Int32Array(capacity)
    this.#thresholds = new Float32Array(capacity)
    this.#children = new Uint32Array(capacity)
    this.#routes = new Uint8Array(capacity)
    this.#leafRows = criterion.sharedLeafRows
    this.#leafValues = new Float64Array((this.#leafRows + 64) * criterion.leafWidth)
    criterion.writeSharedLeaves(this.#leafValues)
  }

  writeLeaf(node: number): void {
    const { leafWidth } = this.#criterion
    const at = this.#leafRows * leafWidth
    if (at + leafWidth > this.#leafValues.length) {
      const longer = new Float64Array(this.#leafValues.length * 2)
      longer.set(this.#leafValues)
      this.#leafValues = longer
    }
    this.#features[node] = isLeaf
    this.#children[node] = this.#criterion.writeLeaf(this.#leafValues, at) ?? this.#leafRows++
  }

  /** Gives the number of the left child; the right one follows it. */
  writeSplit(node: number, feature: number, threshold: number, missingLeft: boolean): number {
    const child = this.#nodes
    this.#nodes += 2
    this.#features[node] = feature
    this.#thresholds[node] = threshold
    this.#children[node] = child
    this.#routes[node] = missingLeft ? missingGoesLeft : 0
    return child
  }

  finish(): GrownTree {
    const count = this.#nodes
    return {
      features: this.#features.slice(0, count), thresholds: this.#thresholds.slice(0, count), children: this.#children.slice(0, count),
      routes: this.#routes.slice(0, count), covers: this.covers.slice(0, count),
      leafValues: this.#leafValues.slice(0, this.#leafRows * this.#criterion.leafWidth),
    }
  }
}
