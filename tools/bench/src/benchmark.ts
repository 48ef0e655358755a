/** One line of a benchmark's table. */
export interface BenchmarkRow {
  readonly task: string
  /** A ratio of medians where there is a peer; null when it could not be measured, and `note` says why. */
  readonly value: number | null
  readonly unit: string
  readonly better: 'lower' | 'higher'
  /** What it has to reach; left out where there is only something to report. */
  readonly bar?: number
  /** What it should reach. */
  readonly aim?: number
  /** Median of ours, in the note's or the task's unit. */
  readonly ours?: number
  readonly peer?: number
  /** Quality beside the speed, as text: `log-loss .461, peer .467`. */
  readonly quality?: string
  readonly note?: string
}

export interface BenchmarkOptions {
  /** Folder of real data; without it, generated tickets. */
  readonly data?: string
  /** Fewer repetitions, for a look. */
  readonly quick: boolean
  readonly log: (line: string) => void
}

/** Some rows of a benchmark that are measured together. */
export interface BenchmarkPart {
  readonly name: string
  run(options: BenchmarkOptions): Promise<BenchmarkRow[]>
}

export interface Benchmark {
  readonly name: string
  readonly title: string
  /** In the order of the page; each can be run by itself. */
  readonly parts: readonly BenchmarkPart[]
}

/** The rows of a part, and when they were measured. */
export interface PartResult {
  readonly part: string
  /** Load average of the minute before it began: what else the machine did. */
  readonly loadBefore: number
  readonly rows: readonly BenchmarkRow[]
}

export interface BenchmarkResult {
  readonly benchmark: string
  readonly machine: string
  readonly node: string
  /** All that were asked for, of all parts. */
  readonly rows: readonly BenchmarkRow[]
  readonly parts: readonly PartResult[]
}

/** Whether a row reached its bar; undefined when it was not measured or has none. */
export function reachedBar(row: BenchmarkRow): boolean | undefined {
  if (row.value === null || row.bar === undefined) return undefined
  return row.better === 'lower' ? row.value <= row.bar : row.value >= row.bar
}
