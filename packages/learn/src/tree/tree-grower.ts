import { CodeSorter } from './code-sorter.js'
import type { CodedMatrix } from './coded-matrix.js'
import { missingCode } from './column-codes.js'
import { FeatureDraw } from './feature-draw.js'
import type { GrownTree } from './join-trees.js'
import { NodeBuffer } from './node-buffer.js'
import { SparseColumns } from './sparse-columns.js'
import type { SplitCriterion } from './split-criterion.js'
import { largestNumber, thresholdBetween } from './threshold.js'
import type { TreeRandom } from './tree-random.js'

export interface TreeGrowerOptions {
  /** Splits on a way, at most. */
  readonly maxDepth: number
  /** Rows of a node that is split, at least. */
  readonly minSplitRows: number
  /** What a split has to gain, as a share of the weight of all rows times impurity. */
  readonly minImpurityDecrease: number
  /** Features that a node looks at. */
  readonly featuresPerSplit: number
  /** best: every split between two numbers; random: one threshold a feature, drawn between its smallest and largest number. */
  readonly splitter: 'best' | 'random'
}

/**
 * Grows one binary tree after another on the same columns, depth first, without recursion.
 *
 * Every feature that a node looks at is sorted within the node, so splits are exact. Costs a sort of the node's codes for each: about
 * rows · depth · features per split.
 *
 * @see Breiman, Friedman, Olshen and Stone (1984), Classification and Regression Trees.
 * @see Geurts, Ernst and Wehenkel (2006), Extremely randomized trees, for random splits.
 */
export class TreeGrower {
  readonly #matrix: CodedMatrix
  readonly #criterion: SplitCriterion
  readonly #options: TreeGrowerOptions
  readonly #rows: Uint32Array
  readonly #draw: FeatureDraw
  readonly #sorter: CodeSorter
  readonly #sparse: SparseColumns | undefined
  /** Of the rows of a node: the codes of a column, then which side each goes to. */
  readonly #codes: Uint16Array
  readonly #sides: Uint8Array
  readonly #spareRows: Uint32Array
  readonly #spareWeights: Float64Array
  readonly #spareTargets: Float64Array | Uint16Array
  /** Of the best split so far. */
  #feature = -1
  #threshold = 0

  constructor(matrix: CodedMatrix, criterion: SplitCriterion, options: TreeGrowerOptions) {
    const capacity = criterion.weights.length
    this.#matrix = matrix
    this.#criterion = criterion
    this.#options = options
    this.#rows = new Uint32Array(capacity)
    this.#draw = new FeatureDraw(matrix.featureCount, options.featuresPerSplit)
    this.#sorter = new CodeSorter(capacity)
    this.#sparse = matrix.sparse && new SparseColumns(matrix, matrix.sparse, this.#rows)
    this.#codes = new Uint16Array(capacity)
    this.#sides = new Uint8Array(capacity)
    this.#spareRows = new Uint32Array(capacity)
    this.#spareWeights = new Float64Array(capacity)
    this.#spareTargets = criterion.targets.slice()
  }

  /**
   * Grows a tree on the rows that weigh something.
   *
   * @param targets - shape (rows,)
   * @param weights - shape (rows,)
   * @param importances - shape (features,), added to: how much impurity each feature took away, as a share of all weight.
   * @param onRows - Called with the number of rows that came to a leaf.
   */
  grow(targets: ArrayLike<number>, weights: Float64Array, random: TreeRandom, importances: Float64Array, onRows?: (rows: number) => void): GrownTree {
    const criterion = this.#criterion
    const { maxDepth, minSplitRows, minImpurityDecrease } = this.#options
    const rowCount = this.#takeRows(targets, weights)
    const nodes = new NodeBuffer(rowCount, criterion)
    this.#draw.beginTree()
    // of the nodes to come: number, first row, end, depth, constant features
    const stack = [0, 0, rowCount, 0, 0]
    let totalWeight = 0
    while (stack.length > 0) {
      const known = stack.pop()!
      const depth = stack.pop()!
      const end = stack.pop()!
      const start = stack.pop()!
      const node = stack.pop()!
      criterion.beginNode(start, end)
      if (node === 0) totalWeight = criterion.nodeWeight
      nodes.covers[node] = criterion.nodeWeight
      this.#feature = -1
      let constants = known
      if (!criterion.pure && depth < maxDepth && end - start >= minSplitRows) constants = this.#findSplit(start, end, known, random)
      const decrease = (criterion.best.score - criterion.nodeScore) / totalWeight
      if (this.#feature < 0 || decrease + 1e-15 < minImpurityDecrease) {
        nodes.writeLeaf(node)
        onRows?.(end - start)
        continue
      }
      importances[this.#feature] += Math.max(decrease, 0)
      const middle = this.#split(start, end)
      const child = nodes.writeSplit(node, this.#feature, this.#threshold, criterion.best.missingLeft)
      stack.push(child + 1, middle, end, depth + 1, constants, child, start, middle, depth + 1, constants)
    }
    return nodes.finish()
  }

  #takeRows(targets: ArrayLike<number>, weights: Float64Array): number {
    let count = 0
    for (let row = 0; row < weights.length; row++) {
      if (weights[row] === 0) continue
      this.#rows[count] = row
      this.#criterion.weights[count] = weights[row]
      this.#criterion.targets[count] = targets[row]
      count++
    }
    this.#sparse?.beginTree(count)
    return count
  }

  /** Looks at features until it has seen enough; gives how many are known to be constant here. */
  #findSplit(start: number, end: number, known: number, random: TreeRandom): number {
    this.#draw.beginNode(known)
    for (let feature = this.#draw.next(random); feature >= 0; feature = this.#draw.next(random)) {
      const constant = feature < this.#matrix.denseCount ? this.#tryDense(feature, start, end, random) : this.#trySparse(feature, start, end, random)
      this.#draw.settle(constant)
    }
    return this.#draw.endNode()
  }

  /** Whether the feature is constant in the node. */
  #tryDense(feature: number, start: number, end: number, random: TreeRandom): boolean {
    const { denseCodes, rowCount } = this.#matrix
    const codes = this.#codes
    const rows = this.#rows
    const column = feature * rowCount
    const count = end - start
    let low = missingCode
    let high = 0
    for (let i = 0; i < count; i++) {
      const code = denseCodes[column + rows[start + i]]
      codes[i] = code
      if (code < low) low = code
      if (code > high) high = code
    }
    if (low === high) return true
    this.#tryCodes(feature, count, low, high, random)
    return false
  }

  #trySparse(feature: number, start: number, end: number, random: TreeRandom): boolean {
    const sparse = this.#sparse!
    const column = feature - this.#matrix.denseCount
    const listed = sparse.list(column, start, end)
    const count = end - start
    const other = sparse.zeroCode(column)
    let low = listed < count ? other : missingCode
    let high = listed < count ? other : 0
    for (let i = 0; i < listed; i++) {
      const code = sparse.codes[i]
      if (code < low) low = code
      if (code > high) high = code
    }
    if (low >= high) return true
    if (this.#options.splitter === 'random' || !this.#criterion.sweepListed) {
      this.#codes.fill(other, 0, count)
      for (let i = 0; i < listed; i++) this.#codes[sparse.items[i]] = sparse.codes[i]
      this.#tryCodes(feature, count, low, high, random)
      return false
    }
    const before = this.#criterion.best.score
    const { codes, items } = this.#sorter
    this.#sorter.sort(sparse.codes, listed, 0, high)
    for (let i = 0; i < listed; i++) items[i] = sparse.items[items[i]]
    this.#criterion.sweepListed(codes, items, listed, other)
    if (this.#criterion.best.score > before) this.#take(feature)
    return false
  }

  /** Tries the codes of all rows of a node, which differ. */
  #tryCodes(feature: number, count: number, low: number, high: number, random: TreeRandom): void {
    if (this.#options.splitter === 'random') {
      this.#tryRandom(feature, count, low, high, random)
      return
    }
    const criterion = this.#criterion
    const { codes, items } = this.#sorter
    const before = criterion.best.score
    this.#sorter.sort(this.#codes, count, low, high)
    criterion.sweep(codes, items, count, 0)
    if (high === missingCode) {
      const first = this.#missingFirst(count)
      criterion.sweep(codes, items, count, first)
    }
    if (criterion.best.score > before) this.#take(feature)
  }

  /** Moves missing values, which were sorted last, before all others; gives how many there are. */
  #missingFirst(count: number): number {
    const { codes, items } = this.#sorter
    let present = count
    while (codes[present - 1] === missingCode) present--
    const missing = items.slice(present, count)
    items.copyWithin(missing.length, 0, present)
    codes.copyWithin(missing.length, 0, present)
    items.set(missing)
    codes.fill(missingCode, 0, missing.length)
    return missing.length
  }

  #take(feature: number): void {
    const { low, high } = this.#criterion.best
    this.#feature = feature
    this.#threshold = thresholdBetween(this.#matrix.tables[feature], low, high)
  }

  /** One threshold between the smallest and the largest number; missing values go to either side. */
  #tryRandom(feature: number, count: number, low: number, high: number, random: TreeRandom): void {
    const codes = this.#codes
    const { lows, highs } = this.#matrix.tables[feature]
    let most = high
    if (high === missingCode) {
      most = low
      for (let i = 0; i < count; i++) if (codes[i] !== missingCode && codes[i] > most) most = codes[i]
    }
    const [least, largest] = [highs[low], lows[most]]
    const missingLeft = high === missingCode && random.next() < 0.5
    const drawn = Math.fround(least + random.next() * (largest - least))
    const threshold = most === low ? largestNumber : drawn < largest ? drawn : least
    // the last code whose numbers are all at most the threshold
    let cut = low
    for (let [from, to] = [low, most]; from <= to;) {
      const middle = (from + to) >> 1
      if (highs[middle] <= threshold) {
        cut = middle
        from = middle + 1
      } else to = middle - 1
    }
    const { items } = this.#sorter
    let left = 0
    for (let i = 0; i < count; i++) if (codes[i] === missingCode ? missingLeft && most > low : codes[i] <= cut) items[left++] = i
    if (!this.#criterion.tryItems(items, left)) return
    const { best } = this.#criterion
    best.low = cut
    best.high = most === low ? missingCode : cut + 1
    best.missingLeft = missingLeft && most > low
    this.#feature = feature
    this.#threshold = cut < most && lows[cut + 1] <= threshold ? highs[cut] : threshold
  }

  /** Brings the rows of the left child before those of the right one, each in their order; gives where the right ones begin. */
  #split(start: number, end: number): number {
    const sides = this.#sides
    const rows = this.#rows
    this.#chooseSides(start, end)
    const { targets, weights } = this.#criterion
    const [spareRows, spareWeights, spareTargets] = [this.#spareRows, this.#spareWeights, this.#spareTargets]
    let left = start
    let right = 0
    for (let i = start; i < end; i++) {
      if (sides[i - start] === 0) {
        rows[left] = rows[i]
        weights[left] = weights[i]
        targets[left++] = targets[i]
      } else {
        spareRows[right] = rows[i]
        spareWeights[right] = weights[i]
        spareTargets[right++] = targets[i]
      }
    }
    rows.set(spareRows.subarray(0, right), left)
    weights.set(spareWeights.subarray(0, right), left)
    targets.set(spareTargets.subarray(0, right), left)
    this.#sparse?.place(start, end)
    if (!this.#criterion.best.missingLeft) this.#chooseUnseenRoute(start, left, end)
    return left
  }

  #chooseSides(start: number, end: number): void {
    const sides = this.#sides
    const { low, missingLeft } = this.#criterion.best
    const { denseCodes, denseCount, rowCount } = this.#matrix
    this.#sawMissing = false
    if (this.#feature < denseCount) {
      const column = this.#feature * rowCount
      for (let i = start; i < end; i++) {
        const code = denseCodes[column + this.#rows[i]]
        if (code === missingCode) this.#sawMissing = true
        sides[i - start] = (code === missingCode ? missingLeft : code <= low) ? 0 : 1
      }
      return
    }
    const sparse = this.#sparse!
    const column = this.#feature - denseCount
    const listed = sparse.list(column, start, end)
    sides.fill(sparse.zeroCode(column) <= low ? 0 : 1, 0, end - start)
    for (let i = 0; i < listed; i++) sides[sparse.items[i]] = sparse.codes[i] <= low ? 0 : 1
  }

  /** Whether rows without a value came by the node that was split. */
  #sawMissing = false

  /** Where no value was missing, one that is missing later goes with most of the weight. */
  #chooseUnseenRoute(start: number, middle: number, end: number): void {
    if (this.#sawMissing) return
    const { best, weights } = this.#criterion
    let difference = 0
    for (let i = start; i < middle; i++) difference += weights[i]
    for (let i = middle; i < end; i++) difference -= weights[i]
    best.missingLeft = difference > 0
  }
}
