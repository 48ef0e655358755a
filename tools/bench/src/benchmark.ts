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

export interface Benchmark {
  readonly name: string
  readonly title: string
  run(options: BenchmarkOptions): Promise<BenchmarkRow[]>
}

export interface BenchmarkResult {
  readonly benchmark: string
  readonly machine: string
  readonly node: string
  /** Load average of the minute before it began: what else the machine did. */
  readonly loadBefore?: number
  readonly rows: readonly BenchmarkRow[]
}

/** Whether a row reached its bar; undefined when it was not measured or has none. */
export function reachedBar(row: BenchmarkRow): boolean | undefined {
  if (row.value === null || row.bar === undefined) return undefined
  return row.better === 'lower' ? row.value <= row.bar : row.value >= row.bar
}
