import { type JobProgress, PlatformError } from '@motadata/core'

/** Writes progress one at a time; what was reported while a write was under way is written after it, the newest only. */
export class ProgressWriter {
  readonly #write: (progress: JobProgress) => Promise<void>
  #next: JobProgress | undefined
  #writing: Promise<void> | undefined

  constructor(write: (progress: JobProgress) => Promise<void>) {
    this.#write = write
  }

  async report(progress: JobProgress): Promise<void> {
    if (typeof progress.stage !== 'string' || !(progress.share >= 0 && progress.share <= 1)) {
      throw new PlatformError(
        'INPUT_INVALID',
        `Expected progress with a stage and a share from 0 to 1, got ${typeof progress.stage} and ${String(progress.share)}.`,
        { details: { field: 'progress' } },
      )
    }
    this.#next = { stage: progress.stage.slice(0, 200), share: progress.share }
    await (this.#writing ??= this.#drain())
  }

  /** Resolves when nothing is left to write; what could not be written is lost, being only progress. */
  async settle(): Promise<void> {
    await this.#writing?.catch(() => undefined)
  }

  async #drain(): Promise<void> {
    try {
      while (this.#next) {
        const progress = this.#next
        this.#next = undefined
        await this.#write(progress)
      }
    } finally {
      this.#writing = undefined
    }
  }
}
