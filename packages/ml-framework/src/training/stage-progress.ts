import type { TrainingProgress } from '@motadata/core'
import type { ReportTraining } from './training-outcome.js'

/** Where each stage ends, as a share of the whole training. */
const ends: Readonly<Record<TrainingProgress['stage'], number>> = {
  preparing: 0.02, vectorizing: 0.08, selecting: 0.35, fitting: 0.45, calibrating: 0.88, evaluating: 0.97, registering: 1,
}

const stages = Object.keys(ends) as TrainingProgress['stage'][]

/** Says how far a training is: from the share of a stage to the share of the whole, which never falls. */
export class StageProgress {
  readonly #report: ReportTraining
  #share = 0

  constructor(report: ReportTraining) {
    this.#report = report
  }

  /** @param stageShare - Of the stage, 0..1. */
  report(stage: TrainingProgress['stage'], stageShare: number): void {
    const before = stages[stages.indexOf(stage) - 1]
    const start = before === undefined ? 0 : ends[before]
    this.#share = Math.max(this.#share, Math.min(ends[stage], start + stageShare * (ends[stage] - start)))
    this.#report({ stage, share: this.#share })
  }
}
