import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import type { FittedCalibrator } from './calibrator.js'

const format = 'identity-calibrator/1'

/** Leaves probabilities as they are: what is chosen where they are good already. */
export class IdentityCalibrator implements FittedCalibrator {
  readonly format = format
  readonly sizeBytes = 0
  readonly classCount: number

  constructor(classCount: number) {
    this.classCount = classCount
  }

  // eslint-disable-next-line @typescript-eslint/no-empty-function -- nothing to change
  calibrateRow(): void {}

  toState(): ModelState {
    return { format, json: { classCount: this.classCount }, tensors: {} }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): IdentityCalibrator {
    return new IdentityCalibrator(new ModelStateReader(state, format).wholeNumber('classCount', 2, 1e6))
  }
}
