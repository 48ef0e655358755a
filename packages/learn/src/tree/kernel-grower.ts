import { throwIfAborted } from '../input-check.js'
import { forestKernels, type ForestKernels } from '../kernels/forest-kernels.js'
import { defaultMemoryLimitBytes, KernelSession } from '../kernels/kernel-session.js'
import { drawCount, presentRows } from './bootstrap.js'
import { GiniCriterion } from './class-criterion.js'
import type { TreesToGrow, TreeTaker } from './grow-trees.js'
import type { GrownTree } from './join-trees.js'
import { type AreaLayout, areaLayout } from './kernel-area.js'
import { SquaredErrorCriterion } from './squared-error-criterion.js'
import { thresholdBetween } from './threshold.js'
import { isLeaf } from './tree-nodes.js'
import { treeSeed } from './tree-random.js'

/** Trees that each thread grows before all wait for each other, where there are several and memory suffices. */
const treesPerThread = 4
/** Words of the parameters before the layout of the areas. */
const headWords = 18

/**
 * Whether kernels can grow these trees: by the best split on dense columns, by Gini impurity or squared error, where the rows of at least
 * one tree fit into their memory.
 */
export function kernelsCanGrow(work: TreesToGrow): boolean {
  const { criterion, grower, matrix } = work
  const known = criterion instanceof GiniCriterion || criterion instanceof SquaredErrorCriterion
  return known && grower.splitter === 'best' && !matrix.sparse && sharedBytes(work) + layoutOf(work).bytes <= defaultMemoryLimitBytes
}

const classesOf = ({ criterion }: TreesToGrow): number => (criterion instanceof GiniCriterion ? criterion.leafWidth : 0)

const layoutOf = (work: TreesToGrow): AreaLayout => areaLayout({
  rowCount: work.matrix.rowCount, featureCount: work.matrix.featureCount, classCount: classesOf(work), minLeafRows: work.criterion.minLeafRows,
})

/** Bytes of what all trees read, generously. */
const sharedBytes = ({ matrix, weights }: TreesToGrow): number => 2 * matrix.denseCodes.length + 24 * weights.length + 2 ** 20

/** Grows trees in kernels, some at a time; the same trees as `TreeGrower` grows. */
export function growInKernels(work: TreesToGrow, take: TreeTaker): void {
  const { options } = work
  throwIfAborted(options.signal)
  const layout = layoutOf(work)
  KernelSession.use(forestKernels, { threads: Math.min(options.threads ?? 1, work.trees) }, (session) => {
    const room = Math.floor((defaultMemoryLimitBytes - sharedBytes(work)) / layout.bytes)
    const batch = Math.min(work.trees, session.threads === 1 ? 1 : session.threads * treesPerThread, room)
    const parameters = writeParameters(session, work, layout, batch)
    for (let first = 0; first < work.trees; first += batch) {
      const count = Math.min(batch, work.trees - first)
      for (let task = 0; task < count; task++) session.memory.integers(parameters.seeds + 16 * task, 4).set(treeSeed(options.seed, first + task))
      session.runTasks('growTree', parameters.address, count)
      for (let task = 0; task < count; task++) {
        throwIfAborted(options.signal)
        const area = parameters.areas + task * layout.bytes
        take(readTree(session, work, layout, area), session.memory.doubles(area + layout.at.importances, work.matrix.featureCount).slice())
      }
    }
  })
}

interface ParameterPlaces {
  readonly address: number
  readonly seeds: number
  readonly areas: number
}

/** Brings what all trees read into the kernels' memory; `assembly/forest/context.ts` says where each word is read. */
function writeParameters({ memory }: KernelSession<ForestKernels>, work: TreesToGrow, layout: AreaLayout, batch: number): ParameterPlaces {
  const { criterion, grower, matrix, targets, weights } = work
  const classCount = classesOf(work)
  const present = presentRows(weights)
  const address = memory.allocate(4 * (headWords + layout.offsets.length))
  const columns = memory.allocate(2 * matrix.denseCodes.length)
  memory.bytes(columns, 2 * matrix.denseCodes.length).set(new Uint8Array(matrix.denseCodes.buffer, matrix.denseCodes.byteOffset, 2 * matrix.denseCodes.length))
  const targetAddress = memory.allocate((classCount > 0 ? 2 : 8) * weights.length)
  if (classCount > 0) new Uint16Array(memory.buffer, targetAddress, weights.length).set(targets)
  else memory.doubles(targetAddress, weights.length).set(targets)
  const weightAddress = memory.allocate(8 * weights.length)
  memory.doubles(weightAddress, weights.length).set(weights)
  const presentAddress = memory.allocate(4 * present.length)
  memory.integers(presentAddress, present.length).set(present)
  const seeds = memory.allocate(16 * batch)
  const areas = memory.allocate(layout.bytes * batch)
  const words = new Uint32Array(memory.buffer, address, headWords + layout.offsets.length)
  words.set([
    matrix.rowCount, matrix.featureCount, classCount, grower.minSplitRows, criterion.minLeafRows, Math.min(grower.maxDepth, 0xffffffff), grower.featuresPerSplit,
    work.sampleShare === undefined ? 0 : drawCount(present.length, work.sampleShare), present.length, columns, targetAddress, weightAddress, presentAddress, seeds,
  ])
  memory.doubles(address + 56, 1)[0] = grower.minImpurityDecrease
  words.set([areas, layout.bytes, ...layout.offsets], 16)
  return { address, seeds, areas }
}

function readTree({ memory }: KernelSession<ForestKernels>, work: TreesToGrow, { at }: AreaLayout, area: number): GrownTree {
  const classCount = classesOf(work)
  const [nodeCount, leafRows] = memory.integers(area + at.counts, 2)
  const features = memory.integers(area + at.features, nodeCount).slice()
  const cuts = memory.integers(area + at.cuts, nodeCount)
  const thresholds = new Float32Array(nodeCount)
  for (let node = 0; node < nodeCount; node++) {
    if (features[node] !== isLeaf) thresholds[node] = thresholdBetween(work.matrix.tables[features[node]], cuts[node] & 0xffff, cuts[node] >>> 16)
  }
  const routes = memory.bytes(area + at.routes, nodeCount).slice()
  for (let node = 0; node < nodeCount; node++) if (features[node] === isLeaf) routes[node] = 0
  const shared = classCount * classCount
  const leafValues = new Float64Array(shared + leafRows * Math.max(1, classCount))
  for (let code = 0; code < classCount; code++) leafValues[code * classCount + code] = 1
  leafValues.set(memory.doubles(area + at.leafValues, leafValues.length - shared), shared)
  return {
    features, thresholds, routes, leafValues,
    children: Uint32Array.from(memory.integers(area + at.children, nodeCount), (child) => child >>> 0),
    covers: memory.singles(area + at.covers, nodeCount).slice(),
  }
}
