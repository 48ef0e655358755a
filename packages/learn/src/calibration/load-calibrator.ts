import { ModelLoadError } from '@motadata/core'
import type { ModelState } from '../model-state.js'
import type { FittedCalibrator } from './calibrator.js'
import { IdentityCalibrator } from './identity-calibrator.js'
import { IsotonicCalibrator } from './isotonic-calibrator.js'
import { PlattCalibrator } from './platt-calibrator.js'
import { TemperatureCalibrator } from './temperature-calibrator.js'

const loaders = new Map<string, (state: ModelState) => FittedCalibrator>([
  ['identity-calibrator', IdentityCalibrator.load],
  ['temperature-calibrator', TemperatureCalibrator.load],
  ['platt-calibrator', PlattCalibrator.load],
  ['isotonic-calibrator', IsotonicCalibrator.load],
])

/**
 * The calibrator that a state was stored from.
 *
 * @throws ModelLoadError `MODEL_LOAD_FAILED` when no calibrator has the state's format, or the state is damaged
 */
export function loadCalibrator(state: ModelState): FittedCalibrator {
  const format: unknown = (state as ModelState | null | undefined)?.format
  const load = typeof format === 'string' ? loaders.get(format.split('/')[0]) : undefined
  if (load) return load(state)
  const known = [...loaders.keys()].join(', ')
  throw new ModelLoadError('MODEL_LOAD_FAILED', `Expected a state of ${known}, got the format '${String(format).slice(0, 100)}'.`)
}
