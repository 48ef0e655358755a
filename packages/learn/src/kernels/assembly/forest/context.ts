/** What the parameters say, in words from their address; written by `tree/kernel-grower.ts`. */
export let rowCount: u32 = 0
export let featureCount: u32 = 0
/** 0 where numbers are learned. */
export let classCount: u32 = 0
export let minSplitRows: u32 = 0
export let minLeafRows: u32 = 0
export let maxDepth: u32 = 0
export let featuresPerSplit: u32 = 0
/** Rows to draw with replacement; 0 to take all that weigh something. */
export let draws: u32 = 0
export let presentCount: u32 = 0
export let columns: usize = 0
export let allTargets: usize = 0
export let allWeights: usize = 0
export let present: usize = 0
export let seed: usize = 0
export let minImpurityDecrease: f64 = 0

// arrays of the tree, in memory of the task's own
export let rows: usize = 0
export let weights: usize = 0
export let targets: usize = 0
export let spareRows: usize = 0
export let spareWeights: usize = 0
export let spareTargets: usize = 0
export let codes: usize = 0
export let keys: usize = 0
export let otherKeys: usize = 0
export let starts: usize = 0
export let sides: usize = 0
export let stack: usize = 0
export let order: usize = 0
export let constants: usize = 0
export let totals: usize = 0
export let lefts: usize = 0
// what comes out
export let features: usize = 0
export let cuts: usize = 0
export let children: usize = 0
export let routes: usize = 0
export let covers: usize = 0
export let leafValues: usize = 0
export let importances: usize = 0
export let counts: usize = 0

export function readParameters(at: usize, task: u32): void {
  rowCount = load<u32>(at, 0)
  featureCount = load<u32>(at, 4)
  classCount = load<u32>(at, 8)
  minSplitRows = load<u32>(at, 12)
  minLeafRows = load<u32>(at, 16)
  maxDepth = load<u32>(at, 20)
  featuresPerSplit = load<u32>(at, 24)
  draws = load<u32>(at, 28)
  presentCount = load<u32>(at, 32)
  columns = load<u32>(at, 36)
  allTargets = load<u32>(at, 40)
  allWeights = load<u32>(at, 44)
  present = load<u32>(at, 48)
  seed = load<u32>(at, 52) + (task << 4)
  minImpurityDecrease = load<f64>(at, 56)
  const area = load<u32>(at, 64) + task * load<u32>(at, 68)
  rows = area + load<u32>(at, 72)
  weights = area + load<u32>(at, 76)
  targets = area + load<u32>(at, 80)
  spareRows = area + load<u32>(at, 84)
  spareWeights = area + load<u32>(at, 88)
  spareTargets = area + load<u32>(at, 92)
  codes = area + load<u32>(at, 96)
  keys = area + load<u32>(at, 100)
  otherKeys = area + load<u32>(at, 104)
  starts = area + load<u32>(at, 108)
  sides = area + load<u32>(at, 112)
  stack = area + load<u32>(at, 116)
  order = area + load<u32>(at, 120)
  constants = area + load<u32>(at, 124)
  totals = area + load<u32>(at, 128)
  lefts = area + load<u32>(at, 132)
  features = area + load<u32>(at, 136)
  cuts = area + load<u32>(at, 140)
  children = area + load<u32>(at, 144)
  routes = area + load<u32>(at, 148)
  covers = area + load<u32>(at, 152)
  leafValues = area + load<u32>(at, 156)
  importances = area + load<u32>(at, 160)
  counts = area + load<u32>(at, 164)
}
