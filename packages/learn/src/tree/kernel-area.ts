/** What the size of a tree's own memory depends on. */
export interface AreaSizes {
  readonly rowCount: number
  readonly featureCount: number
  /** 0 where numbers are learned. */
  readonly classCount: number
  readonly minLeafRows: number
}

/** Arrays of a tree while it grows, in the order in which `assembly/forest/context.ts` reads their places. */
const names = [
  'rows', 'weights', 'targets', 'spareRows', 'spareWeights', 'spareTargets', 'codes', 'keys', 'otherKeys', 'starts', 'sides', 'stack', 'order',
  'constants', 'totals', 'lefts', 'features', 'cuts', 'children', 'routes', 'covers', 'leafValues', 'importances', 'counts',
] as const

type AreaName = (typeof names)[number]

export interface AreaLayout {
  /** Where each array begins, in the order that kernels expect. */
  readonly offsets: readonly number[]
  readonly at: Readonly<Record<AreaName, number>>
  readonly bytes: number
}

/** The most buckets that codes are dealt to. */
const mostBuckets = 16_384

/** Where the arrays of a tree lie in its own piece of memory. */
export function areaLayout({ rowCount, featureCount, classCount, minLeafRows }: AreaSizes): AreaLayout {
  const leaves = Math.max(1, Math.floor(rowCount / minLeafRows))
  const nodes = 2 * leaves - 1
  const targetBytes = (classCount > 0 ? 2 : 8) * rowCount
  const keyBytes = (rowCount > 65_536 ? 8 : 4) * rowCount
  // leaves of one class share a row
  const ownLeaves = classCount > 0 ? Math.max(1, Math.floor(rowCount / Math.max(2, minLeafRows))) : leaves
  const sizes: Record<AreaName, number> = {
    rows: 4 * rowCount, weights: 8 * rowCount, targets: targetBytes, spareRows: 4 * rowCount, spareWeights: 8 * rowCount, spareTargets: targetBytes,
    codes: 2 * rowCount, keys: keyBytes, otherKeys: keyBytes, starts: 4 * mostBuckets, sides: rowCount, stack: 20 * (leaves + 2),
    order: 4 * featureCount, constants: 4 * featureCount, totals: 8 * classCount, lefts: 8 * classCount,
    features: 4 * nodes, cuts: 4 * nodes, children: 4 * nodes, routes: nodes, covers: 4 * nodes,
    leafValues: 8 * ownLeaves * Math.max(1, classCount), importances: 8 * featureCount, counts: 8,
  }
  const at = {} as Record<AreaName, number>
  let bytes = 0
  for (const name of names) {
    at[name] = bytes
    bytes += Math.ceil(sizes[name] / 64) * 64
  }
  return { offsets: names.map((name) => at[name]), at, bytes }
}
