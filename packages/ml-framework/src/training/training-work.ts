import type { TrainingBudget, TrainingSpec } from '@motadata/core'
import { StageProgress } from './stage-progress.js'
import { TrainingCheckpoints } from './training-checkpoints.js'
import type { ReportTraining } from './training-outcome.js'

/** What every step of one training works with: its spec, its progress, what it has used, what is to be said, and what is kept. */
export class TrainingWork {
  readonly spec: TrainingSpec
  readonly seed: number
  readonly progress: StageProgress
  readonly checkpoints: TrainingCheckpoints
  readonly startedMs = performance.now()
  readonly #notes: string[] = []
  readonly #budget: TrainingBudget
  #saidSpent = false

  constructor(spec: TrainingSpec, onProgress: ReportTraining, checkpoints = new TrainingCheckpoints()) {
    this.spec = spec
    this.seed = spec.seed ?? 0
    this.progress = new StageProgress(onProgress)
    this.checkpoints = checkpoints
    this.#budget = spec.budget ?? {}
  }

  get notes(): readonly string[] {
    return this.#notes
  }

  get threads(): number {
    return this.#budget.threads ?? 1
  }

  get iterations(): number {
    return this.#budget.iterations ?? 40
  }

  get seconds(): number {
    return (performance.now() - this.startedMs) / 1000
  }

  note(sentence: string): void {
    this.#notes.push(sentence)
  }

  /** Whether the time budget is used up: then nothing that can be left out is begun any more, and the notes say so. */
  isTimeSpent(what: string): boolean {
    const { seconds } = this.#budget
    if (seconds === undefined || this.seconds < seconds) return false
    if (!this.#saidSpent) this.note(`The time budget of ${seconds} s was used up before ${what}; what follows was left out. Another machine may come further.`)
    this.#saidSpent = true
    return true
  }
}
