/** What a step of a pipeline may take. */
export interface PipelineLimits {
  /** That the engine holds in memory; more goes to files. Default 512 MiB. */
  readonly memoryLimitBytes: number
  /** Default 2. */
  readonly threads: number
  /** Default 10 minutes. A step can ask for less. */
  readonly stepTimeMs: number
  /** That a step gives. Default 50 million. */
  readonly rows: number
  /** Of the files that a step writes while it works. Default 8 GiB. */
  readonly diskBytes: number
}

export const defaultPipelineLimits: PipelineLimits = {
  memoryLimitBytes: 512 * 1024 * 1024, threads: 2, stepTimeMs: 600_000, rows: 50_000_000, diskBytes: 8 * 1024 ** 3,
}
