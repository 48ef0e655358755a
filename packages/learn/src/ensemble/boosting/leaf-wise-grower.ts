import type { BoostingKernels } from '../../kernels/boosting-kernels.js'
import type { KernelSession } from '../../kernels/kernel-session.js'
import { type BoostingMemory, featureBytes, nodeBytes, resultBytes } from './boosting-memory.js'
import { type BinLayout, blockWidth, placeOfBins } from './bin-layout.js'
import type { FeatureBins } from './feature-bins.js'
import { type GrowingLeaf, rowsOf } from './growing-leaf.js'
import { type GrowOptions, mostCategoryRows, smallestHessian } from './grow-options.js'
import { NodeDeal } from './node-deal.js'
import { TreeDraft } from './tree-draft.js'

/** Rows of a part, at least. */
const smallestPart = 4096
/** A split after any bin. */
const anyRange = [1, 255, 1, 255] as const

export interface GrowerInput {
  readonly session: KernelSession<BoostingKernels>
  readonly memory: BoostingMemory
  readonly layout: BinLayout
  readonly bins: readonly FeatureBins[]
  readonly rowCount: number
  /** Parts of a node's rows that are added up at the same time, at most. */
  readonly parts: number
  readonly isMonotone: boolean
  readonly options: GrowOptions
}

/**
 * Grows trees leaf by leaf, the one with the largest gain first: a histogram of packed gradients a node, that of the larger of two
 * siblings by subtraction. Everything that takes time is done by kernels.
 *
 * @see Ke et al. (2017), "LightGBM: a highly efficient gradient boosting decision tree".
 */
export class LeafWiseGrower {
  readonly #input: GrowerInput
  readonly #deal: NodeDeal
  readonly #grow: Int32Array
  readonly #histogram: Int32Array
  readonly #isActive: Uint8Array
  readonly #growNumbers: Float64Array
  readonly #results: Float64Array
  readonly #resultWords: Int32Array
  readonly #routes: Uint8Array
  readonly #features: Int32Array
  readonly #activeBlocks: Int32Array
  #blockCount = 0
  #freeSlots: number[] = []

  constructor(input: GrowerInput) {
    const { session, memory, layout, rowCount, options } = input
    const places = layout.blockCount * blockWidth
    this.#input = input
    this.#deal = new NodeDeal(session, memory, rowCount)
    this.#grow = session.memory.integers(memory.growParameters, 17)
    this.#growNumbers = session.memory.doubles(memory.growParameters + 128, 7)
    this.#results = session.memory.doubles(memory.results, (options.maxLeaves * places * resultBytes) / 8)
    this.#resultWords = session.memory.integers(memory.results, (options.maxLeaves * places * resultBytes) / 4)
    this.#routes = session.memory.bytes(memory.routes, 256)
    this.#features = session.memory.integers(memory.features, places * 4)
    this.#activeBlocks = session.memory.integers(memory.blockList, layout.blockCount)
    this.#grow.set([0, 1, memory.partHistograms, memory.blockTable, memory.features, memory.blockList, layout.histogramBytes])
    this.#histogram = session.memory.integers(memory.histogramParameters, 12)
    this.#histogram.set([
      memory.panelTable, 1, memory.order, 0, 0, memory.packed, 0, memory.partHistograms, layout.histogramBytes, memory.blockTable, memory.gathered, memory.isActive,
    ])
    this.#isActive = session.memory.bytes(memory.isActive, layout.blockCount)
    this.#grow[16] = input.isMonotone ? 1 : 0
  }

  /** Lets the next trees split by some features only: a flag each, in the order of the bins. */
  activate(isActive: (index: number) => boolean): void {
    const { layout, bins } = this.#input
    const blocks = new Set<number>()
    layout.features.forEach((index, place) => {
      const active = index >= 0 && isActive(index)
      this.#features[place * 4] = active ? bins[index].binCount : 0
      if (active) blocks.add(Math.floor(place / blockWidth))
    })
    this.#blockCount = blocks.size
    this.#activeBlocks.set([...blocks])
    this.#isActive.fill(0)
    for (const block of blocks) this.#isActive[block] = 1
  }

  /**
   * Grows one tree on the rows at the start of the order; the rows after them follow the splits.
   *
   * @param rows - How many are learned from, and how many are in the order.
   * @param total - Sums of the packed gradients and hessians.
   * @param units - What one of each is.
   */
  grow(
    rows: { readonly learned: number; readonly all: number }, total: { readonly gradient: number; readonly hessian: number }, units: { readonly gradient: number; readonly hessian: number },
  ): { readonly draft: TreeDraft; readonly leaves: readonly GrowingLeaf[] } {
    const { options, bins } = this.#input
    this.#growNumbers.set([
      units.gradient, units.hessian, options.l2, smallestHessian, options.minSplitGain, options.categorySmoothing, Math.min(mostCategoryRows, options.minLeafRows),
    ])
    this.#freeSlots = Array.from({ length: options.maxLeaves }, (_, slot) => options.maxLeaves - 1 - slot)
    const draft = new TreeDraft(bins)
    const root: GrowingLeaf = {
      node: draft.addRoot(rows.learned), depth: 0, start: 0, end: rows.learned, otherStart: rows.learned, otherEnd: rows.all, ...total,
      lowest: -Infinity, highest: Infinity, slot: -1, gain: -1, place: -1,
    }
    if (this.#canSplit(root)) {
      root.slot = this.#freeSlots.pop()!
      this.#search(root)
    }
    const leaves = [root]
    while (leaves.length < options.maxLeaves) {
      const best = largestGain(leaves)
      if (best < 0) break
      const children = this.#split(leaves[best], draft)
      if (!children) continue
      leaves[best] = children[0]
      leaves.push(children[1])
      if (leaves.length < options.maxLeaves) this.#searchChildren(...children)
    }
    return { draft, leaves }
  }

  #canSplit(leaf: GrowingLeaf): boolean {
    const { maxDepth, minLeafRows } = this.#input.options
    return this.#blockCount > 0 && rowsOf(leaf) >= 2 * minLeafRows && (maxDepth === 0 || leaf.depth < maxDepth)
  }

  /** Makes children by a leaf's best split; undefined when one of them would have too few rows, after looking for another split. */
  #split(leaf: GrowingLeaf, draft: TreeDraft): [GrowingLeaf, GrowingLeaf] | undefined {
    const { layout, memory, rowCount, options } = this.#input
    const { place } = leaf
    const split = this.#readSplit(leaf)
    const column = placeOfBins(layout, memory.bins, rowCount, place).inColumn
    this.#fillRoutes(split)
    const middle = this.#deal.deal(column, leaf.start, leaf.end)
    const [leftRows, rightRows] = [middle - leaf.start, leaf.end - middle]
    if (leftRows < options.minLeafRows || rightRows < options.minLeafRows) {
      this.#narrow(leaf, split, leftRows < options.minLeafRows)
      return undefined
    }
    const missingGoesLeft = split.hasMissing ? split.missingLeft : leftRows >= rightRows
    this.#routes[0] = missingGoesLeft ? 1 : 0
    if (split.set) this.#routeAbsentCategories(leaf, missingGoesLeft)
    const otherMiddle = this.#deal.deal(column, leaf.otherStart, leaf.otherEnd)
    const children = draft.split(leaf.node, layout.features[place], leaf.gain, missingGoesLeft, split.set ? this.#routes : split.bin, [leftRows, rightRows])
    const bounds = this.#childBounds(leaf, split)
    const left: GrowingLeaf = {
      node: children, depth: leaf.depth + 1, start: leaf.start, end: middle, otherStart: leaf.otherStart, otherEnd: otherMiddle,
      gradient: split.gradient, hessian: split.hessian, ...bounds[0], slot: -1, gain: -1, place: -1,
    }
    const right: GrowingLeaf = {
      node: children + 1, depth: leaf.depth + 1, start: middle, end: leaf.end, otherStart: otherMiddle, otherEnd: leaf.otherEnd,
      gradient: leaf.gradient - split.gradient, hessian: leaf.hessian - split.hessian, ...bounds[1], slot: leaf.slot, gain: -1, place: -1,
    }
    return [left, right]
  }

  #readSplit(leaf: GrowingLeaf) {
    const { layout, bins, session } = this.#input
    const at = this.#resultAt(leaf.slot, leaf.place) / 4
    const words = this.#resultWords
    const [missingHessian, missingGradient] = session.memory.integers(this.#histogramAt(leaf.slot, leaf.place), 2)
    return {
      hessian: words[at + 2] >>> 0, gradient: words[at + 3], bin: words[at + 4], missingLeft: words[at + 5] !== 0,
      hasMissing: missingHessian !== 0 || missingGradient !== 0,
      set: bins[layout.features[leaf.place]].kind === 'category' ? words.slice(at + 6, at + 14) : undefined,
    }
  }

  #fillRoutes({ bin, missingLeft, set }: { bin: number; missingLeft: boolean; set: Int32Array | undefined }): void {
    const routes = this.#routes
    if (set) for (let own = 0; own < 256; own++) routes[own] = (set[own >> 5] >>> (own & 31)) & 1
    else for (let own = 0; own < 256; own++) routes[own] = own <= bin ? 1 : 0
    routes[0] = missingLeft ? 1 : 0
  }

  /** Categories that no row of a leaf has go where its missing values go. */
  #routeAbsentCategories(leaf: GrowingLeaf, missingGoesLeft: boolean): void {
    const { bins, layout, session } = this.#input
    const { binCount } = bins[layout.features[leaf.place]]
    const histogram = session.memory.integers(this.#histogramAt(leaf.slot, leaf.place), (binCount + 1) * 2)
    for (let bin = 1; bin <= binCount; bin++) {
      if (histogram[bin * 2] === 0 && histogram[bin * 2 + 1] === 0) this.#routes[bin] = missingGoesLeft ? 1 : 0
    }
  }

  /** Leaves out splits of a place that would give a child still fewer rows, and looks for the best of the others. */
  #narrow(leaf: GrowingLeaf, { bin, missingLeft, set }: { bin: number; missingLeft: boolean; set: Int32Array | undefined }, leftIsSmall: boolean): void {
    const { session, memory } = this.#input
    const { place } = leaf
    leaf.ranges ??= new Map()
    const range = leaf.ranges.get(place) ?? [...anyRange]
    leaf.ranges.set(place, range)
    const pair = missingLeft && !set ? 2 : 0
    if (leftIsSmall) range[pair] = bin + 1
    else range[pair + 1] = bin - 1
    this.#writeNode(memory.node, leaf, range)
    session.functions.searchFeature(
      memory.growParameters, this.#histogramAt(leaf.slot, place), memory.features + place * featureBytes, memory.node, memory.results + this.#resultAt(leaf.slot, place),
    )
    this.#chooseBest(leaf)
  }

  #searchChildren(left: GrowingLeaf, right: GrowingLeaf): void {
    const slot = right.slot
    const [small, large] = rowsOf(left) <= rowsOf(right) ? [left, right] : [right, left]
    large.slot = this.#canSplit(large) ? slot : -1
    right.slot = right === large ? large.slot : -1
    small.slot = this.#canSplit(small) ? this.#freeSlots.pop()! : -1
    if (small.slot < 0 && large.slot < 0) {
      this.#freeSlots.push(slot)
      return
    }
    // the larger one's histogram needs the smaller one's, which then only passes by
    const passing = small.slot < 0 ? this.#freeSlots.pop()! : small.slot
    this.#searchPair(small, large, passing, slot)
    if (small.slot < 0) this.#freeSlots.push(passing)
    if (large.slot < 0) this.#freeSlots.push(slot)
  }

  #search(root: GrowingLeaf): void {
    this.#runGrow(root, root.slot, 0)
    this.#chooseBest(root)
  }

  #searchPair(small: GrowingLeaf, large: GrowingLeaf, smallSlot: number, largeSlot: number): void {
    const { memory } = this.#input
    const grow = this.#grow
    grow[13] = memory.siblingNode
    grow[14] = large.slot < 0 ? 0 : memory.results + this.#resultAt(largeSlot, 0)
    if (large.slot >= 0) this.#writeNode(memory.siblingNode, large, anyRange)
    this.#runGrow(small, smallSlot, large.slot < 0 ? 0 : memory.histograms + largeSlot * this.#input.layout.histogramBytes)
    for (const leaf of [small, large]) if (leaf.slot >= 0) this.#chooseBest(leaf)
  }

  #runGrow(leaf: GrowingLeaf, slot: number, parentHistogram: number): void {
    const { memory, session, layout } = this.#input
    const grow = this.#grow
    if (parentHistogram === 0) grow[14] = 0
    const parts = Math.min(this.#input.parts, Math.ceil(rowsOf(leaf) / smallestPart))
    const histogram = memory.histograms + slot * layout.histogramBytes
    this.#histogram[1] = parts
    this.#histogram[3] = leaf.start
    this.#histogram[4] = leaf.end
    this.#histogram[6] = histogram
    session.runTasks('buildHistogram', memory.histogramParameters, layout.panels.length * parts)
    grow[1] = parts
    grow[8] = histogram
    grow[9] = parentHistogram
    grow[11] = memory.node
    grow[12] = leaf.slot < 0 ? 0 : memory.results + this.#resultAt(slot, 0)
    this.#writeNode(memory.node, leaf, anyRange)
    session.runTasks('finishBlock', memory.growParameters, this.#blockCount)
  }

  #writeNode(address: number, leaf: GrowingLeaf, range: readonly number[]): void {
    const { memory } = this.#input.session
    const words = memory.integers(address, nodeBytes / 4)
    const numbers = memory.doubles(address, 4)
    words[0] = leaf.hessian
    words[1] = leaf.gradient
    numbers[1] = leaf.lowest
    numbers[2] = leaf.highest
    numbers[3] = rowsOf(leaf) / Math.max(leaf.hessian * this.#growNumbers[1], Number.MIN_VALUE)
    words.set(range, 8)
  }

  #chooseBest(leaf: GrowingLeaf): void {
    const stride = resultBytes / 8
    leaf.gain = -1
    for (let i = 0; i < this.#blockCount; i++) {
      const first = this.#activeBlocks[i] * blockWidth
      for (let place = first, at = this.#resultAt(leaf.slot, first) / 8; place < first + blockWidth; place++, at += stride) {
        if (this.#results[at] <= leaf.gain) continue
        leaf.gain = this.#results[at]
        leaf.place = place
      }
    }
  }

  /** Children of a split by a monotone feature keep to their sides of the middle. */
  #childBounds({ lowest, highest, place, gradient, hessian }: GrowingLeaf, left: { gradient: number; hessian: number }) {
    const direction = this.#features[place * 4 + 2]
    const own = { lowest, highest }
    if (direction === 0) return [own, own] as const
    const value = (g: number, h: number): number =>
      Math.min(Math.max((-g * this.#growNumbers[0]) / (h * this.#growNumbers[1] + this.#input.options.l2), lowest), highest)
    const middle = (value(left.gradient, left.hessian) + value(gradient - left.gradient, hessian - left.hessian)) / 2
    const [below, above] = [{ lowest, highest: middle }, { lowest: middle, highest }]
    return direction > 0 ? [below, above] as const : [above, below] as const
  }

  #resultAt(slot: number, place: number): number {
    return (slot * this.#input.layout.blockCount * blockWidth + place) * resultBytes
  }

  #histogramAt(slot: number, place: number): number {
    const { memory, layout } = this.#input
    const block = Math.floor(place / blockWidth)
    return memory.histograms + slot * layout.histogramBytes + layout.offsets[block] + ((place % blockWidth) << (layout.shifts[block] + 3))
  }
}

/** The leaf with the largest gain, the first of equals; −1 when none gains anything. */
function largestGain(leaves: readonly GrowingLeaf[]): number {
  let best = -1
  for (let i = 0; i < leaves.length; i++) {
    if (leaves[i].slot >= 0 && leaves[i].gain > 0 && (best < 0 || leaves[i].gain > leaves[best].gain)) best = i
  }
  return best
}
