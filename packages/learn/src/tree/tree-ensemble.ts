import type { FeatureMatrix } from '../feature-matrix.js'
import type { FeatureRow } from '../feature-row.js'
import type { FeatureWidths } from '../input-check.js'
import type { ModelState } from '../model-state.js'
import { missingGoesLeft, splitsCategories, type TreeNodes } from './tree-nodes.js'

export interface TreeEnsembleParts extends TreeNodes {
  readonly widths: FeatureWidths
  /** Numbers that a row is given. */
  readonly outputs: number
  /** Numbers at a leaf, a divisor of the outputs: all of them for a forest, one for boosting, where trees take turns at the outputs. */
  readonly leafWidth: number
  /** shape (trees + 1,), rising from 0 to the number of nodes: where each tree has its nodes, the root first. */
  readonly treeStarts: Uint32Array
  /** shape (leaf rows, leaf width) */
  readonly leafValues: Float64Array
  /** shape (sets, words): bit `c % 32` of word `c / 32` says whether category `c` is in the set. */
  readonly categorySets?: Uint32Array
  /** Words of a set; 0 when absent. */
  readonly categoryWords?: number
}

/** A node takes four numbers next to each other, so that a step reads one line of the processor's cache. */
const nodeWidth = 4
/** Rows that go through one tree before the next tree comes, so that the upper nodes stay in the cache. */
const rowBlock = 512

/**
 * Fitted binary trees: what every tree model predicts from. Numbers compare as 32-bit floats; NaN is a missing value and goes where the
 * node says; a sparse value that is not stored is 0.
 *
 * Tree `t` adds its leaf's numbers to the outputs from `(t % (outputs / leafWidth)) * leafWidth` on. Costs a step a level and tree.
 */
export class TreeEnsemble {
  readonly widths: FeatureWidths
  readonly outputs: number
  readonly leafWidth: number
  readonly treeStarts: Uint32Array
  readonly leafValues: Float64Array
  readonly covers: Float32Array
  readonly categorySets: Uint32Array
  readonly categoryWords: number
  /** shape (nodes, 4): feature, bits of the threshold, child, routes */
  readonly #nodes: Int32Array
  /** The same bytes, for thresholds. */
  readonly #thresholds: Float32Array
  /** One row as dense numbers, all zero between predictions; only where there is a sparse block. */
  readonly #row: Float32Array

  /** Takes what its types say for granted; `readTreeEnsemble` checks what comes from outside. Keeps the arrays but those of the nodes. */
  constructor(parts: TreeEnsembleParts) {
    this.widths = parts.widths
    this.outputs = parts.outputs
    this.leafWidth = parts.leafWidth
    this.treeStarts = parts.treeStarts
    this.leafValues = parts.leafValues
    this.covers = parts.covers
    this.categorySets = parts.categorySets ?? new Uint32Array(0)
    this.categoryWords = parts.categoryWords ?? 0
    this.#nodes = new Int32Array(parts.features.length * nodeWidth)
    this.#thresholds = new Float32Array(this.#nodes.buffer)
    for (let node = 0, at = 0; node < parts.features.length; node++, at += nodeWidth) {
      this.#nodes[at] = parts.features[node]
      this.#thresholds[at + 1] = parts.thresholds[node]
      this.#nodes[at + 2] = parts.children[node]
      this.#nodes[at + 3] = parts.routes[node]
    }
    this.#row = new Float32Array(this.widths.sparseCount > 0 ? this.widths.denseCount + this.widths.sparseCount : 0)
  }

  get treeCount(): number {
    return this.treeStarts.length - 1
  }

  get nodeCount(): number {
    return this.covers.length
  }

  get sizeBytes(): number {
    const arrays = [this.#nodes, this.#row, this.covers, this.leafValues, this.treeStarts, this.categorySets]
    return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0)
  }

  /** shape (nodes, 4): feature, bits of the threshold, child, routes; to be read only. */
  get nodeWords(): Int32Array {
    return this.#nodes
  }

  /** The feature that a node asks about, −1 at a leaf. */
  featureOf(node: number): number {
    return this.#nodes[node * nodeWidth]
  }

  /** The left child of a node, before the right one; the row of the leaf values at a leaf. */
  childOf(node: number): number {
    return this.#nodes[node * nodeWidth + 2] >>> 0
  }

  /** Whether a value of the node's feature goes left. */
  goesLeft(node: number, value: number): boolean {
    const at = node * nodeWidth
    const routes = this.#nodes[at + 3]
    if ((routes & splitsCategories) !== 0) return this.#categoryGoesLeft(at, value)
    return value <= this.#thresholds[at + 1] || (value !== value && (routes & missingGoesLeft) !== 0)
  }

  /**
   * Adds what the trees say of every row.
   *
   * @param out - shape (rows, outputs), added to.
   */
  addScores(X: FeatureMatrix, out: Float64Array): void {
    if (X.sparse && X.sparse.columnCount > 0) this.#addSparseScores(X, out)
    else if (X.dense) this.#addDenseScores(X.dense.values, X.rowCount, X.dense.columnCount, out)
    else this.#addDenseScores(this.#row, X.rowCount, 0, out)
  }

  /**
   * Adds what the trees say of a row; the same numbers as `addScores` adds. Allocates nothing.
   *
   * @param out - shape (outputs,), added to.
   */
  addRowScores(row: FeatureRow, out: Float64Array): void {
    if (this.#row.length === 0) {
      this.#addAllTrees(row.dense, 0, out, 0)
      return
    }
    this.#fill(row)
    this.#addAllTrees(this.#row, 0, out, 0)
    this.#clear(row)
  }

  /** Hands over a row as dense numbers, sparse columns after dense ones, in a buffer that is valid until `use` returns. */
  withDenseRow<Result>(row: FeatureRow, use: (values: Float32Array) => Result): Result {
    if (this.#row.length === 0) return use(row.dense)
    this.#fill(row)
    try {
      return use(this.#row)
    } finally {
      this.#clear(row)
    }
  }

  #fill({ dense, sparseCount, sparseIndices, sparseValues }: FeatureRow): void {
    this.#row.set(dense)
    for (let i = 0; i < sparseCount; i++) this.#row[dense.length + sparseIndices[i]] = sparseValues[i]
  }

  #clear({ dense, sparseCount, sparseIndices }: FeatureRow): void {
    for (let i = 0; i < sparseCount; i++) this.#row[dense.length + sparseIndices[i]] = 0
  }

  /**
   * Adds what one tree says of some rows.
   *
   * @param out - shape (rows of the matrix, outputs), added to.
   */
  addTreeScores(tree: number, X: FeatureMatrix, rows: Uint32Array, out: Float64Array): void {
    const width = this.widths.denseCount
    if (this.#row.length === 0) {
      for (const row of rows) this.#addTree(tree, X.dense?.values ?? this.#row, row, row + 1, width, out)
      return
    }
    const output = (tree % (this.outputs / this.leafWidth)) * this.leafWidth
    for (const row of rows) {
      this.#fillFrom(X, row)
      const from = this.#leafRow(this.treeStarts[tree], this.#row, 0) * this.leafWidth
      for (let k = 0; k < this.leafWidth; k++) out[row * this.outputs + output + k] += this.leafValues[from + k]
      this.#clearFrom(X, row)
    }
  }

  #fillFrom(X: FeatureMatrix, r: number): void {
    const { rowPointers, columnIndices, values } = X.sparse!
    const width = this.widths.denseCount
    for (let c = 0; c < width; c++) this.#row[c] = X.dense!.values[r * width + c]
    for (let i = rowPointers[r]; i < rowPointers[r + 1]; i++) this.#row[width + columnIndices[i]] = values[i]
  }

  #clearFrom(X: FeatureMatrix, r: number): void {
    const { rowPointers, columnIndices } = X.sparse!
    const width = this.widths.denseCount
    for (let i = rowPointers[r]; i < rowPointers[r + 1]; i++) this.#row[width + columnIndices[i]] = 0
  }

  #addDenseScores(values: Float32Array, rowCount: number, width: number, out: Float64Array): void {
    for (let start = 0; start < rowCount; start += rowBlock) {
      const end = Math.min(start + rowBlock, rowCount)
      for (let tree = 0; tree < this.treeCount; tree++) this.#addTree(tree, values, start, end, width, out)
    }
  }

  #addSparseScores(X: FeatureMatrix, out: Float64Array): void {
    for (let r = 0; r < X.rowCount; r++) {
      this.#fillFrom(X, r)
      this.#addAllTrees(this.#row, 0, out, r * this.outputs)
      this.#clearFrom(X, r)
    }
  }

  /** One row through all trees. */
  #addAllTrees(values: Float32Array, offset: number, out: Float64Array, to: number): void {
    const { leafValues, leafWidth, outputs, treeStarts } = this
    for (let tree = 0, output = 0; tree < treeStarts.length - 1; tree++) {
      const from = this.#leafRow(treeStarts[tree], values, offset) * leafWidth
      for (let k = 0; k < leafWidth; k++) out[to + output + k] += leafValues[from + k]
      output += leafWidth
      if (output === outputs) output = 0
    }
  }

  /** Some rows through one tree. */
  #addTree(tree: number, values: Float32Array, start: number, end: number, width: number, out: Float64Array): void {
    const { leafValues, leafWidth, outputs } = this
    const root = this.treeStarts[tree]
    const output = (tree % (outputs / leafWidth)) * leafWidth
    for (let row = start; row < end; row++) {
      const from = this.#leafRow(root, values, row * width) * leafWidth
      const to = row * outputs + output
      for (let k = 0; k < leafWidth; k++) out[to + k] += leafValues[from + k]
    }
  }

  /** The row of the leaf values where a row of features ends. */
  #leafRow(root: number, values: Float32Array, offset: number): number {
    const nodes = this.#nodes
    const thresholds = this.#thresholds
    let at = root * nodeWidth
    for (let feature = nodes[at]; feature >= 0; feature = nodes[at]) {
      const value = values[offset + feature]
      const child = nodes[at + 2]
      if ((nodes[at + 3] & splitsCategories) !== 0) at = (this.#categoryGoesLeft(at, value) ? child : child + 1) * nodeWidth
      else if (value <= thresholds[at + 1]) at = child * nodeWidth
      else at = (value !== value && nodes[at + 3] !== 0 ? child : child + 1) * nodeWidth
    }
    return nodes[at + 2] >>> 0
  }

  #categoryGoesLeft(at: number, value: number): boolean {
    const words = this.categoryWords
    if (value >= 0 && value < words * 32) {
      const category = value | 0
      if (category === value) return ((this.categorySets[this.#thresholds[at + 1] * words + (category >> 5)] >>> (category & 31)) & 1) === 1
    }
    return (this.#nodes[at + 3] & missingGoesLeft) !== 0
  }

  /** What a model's state keeps of it; `readTreeEnsemble` reads it. */
  toState(): Pick<ModelState, 'json' | 'tensors'> {
    const { categorySets, categoryWords, covers, leafValues, leafWidth, nodeCount, treeStarts } = this
    const column = <Data extends Int32Array | Uint32Array | Float32Array | Uint8Array>(data: Data, source: Int32Array | Float32Array, word: number): Data => {
      for (let node = 0; node < nodeCount; node++) data[node] = source[node * nodeWidth + word]
      return data
    }
    return {
      json: { categoryWords },
      tensors: {
        treeStarts: { dtype: 'U32', shape: [treeStarts.length], data: treeStarts.slice() },
        features: { dtype: 'I32', shape: [nodeCount], data: column(new Int32Array(nodeCount), this.#nodes, 0) },
        thresholds: { dtype: 'F32', shape: [nodeCount], data: column(new Float32Array(nodeCount), this.#thresholds, 1) },
        children: { dtype: 'U32', shape: [nodeCount], data: column(new Uint32Array(nodeCount), this.#nodes, 2) },
        routes: { dtype: 'U8', shape: [nodeCount], data: column(new Uint8Array(nodeCount), this.#nodes, 3) },
        covers: { dtype: 'F32', shape: [nodeCount], data: covers.slice() },
        leafValues: { dtype: 'F64', shape: [leafValues.length / leafWidth, leafWidth], data: leafValues.slice() },
        categorySets: { dtype: 'U32', shape: [categoryWords && categorySets.length / categoryWords, categoryWords], data: categorySets.slice() },
      },
    }
  }
}
