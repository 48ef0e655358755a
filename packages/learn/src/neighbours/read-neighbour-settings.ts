import { MLError } from '@motadata/core'
import { resolveHyperparameters } from '../hyperparameters.js'
import type { ModelStateReader } from '../model-state-reader.js'
import type { NearestNeighboursHyperparameters } from './nearest-neighbours-classifier.js'
import { neighbourSchema } from './neighbour-hyperparameters.js'
import { RowStore } from './row-store.js'

/** A row that weighs more would leave nothing of the others, or of the numbers. */
const heaviest = 1e100

/**
 * What a state of the classifier or the regressor by neighbours says besides its target.
 *
 * @throws ModelLoadError `MODEL_LOAD_FAILED`
 */
export function readNeighbourSettings(reader: ModelStateReader): {
  readonly hyperparameters: NearestNeighboursHyperparameters
  readonly rowWeights: Float64Array
  readonly store: RowStore
} {
  const isSetting = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number'
  const given = Object.fromEntries(Object.keys(neighbourSchema).map((name) => [name, reader.json(name, 'a setting', isSetting)]))
  const rowWeights = reader.tensor('rowWeights', 'F64', [-1])
  const wrong = rowWeights.find((weight) => !(weight > 0 && weight <= heaviest))
  if (wrong !== undefined || rowWeights.length === 0) throw reader.fail('row weights above 0', `${wrong ?? 'none'}`)
  return { hyperparameters: resolved(reader, given), rowWeights: rowWeights.slice(), store: RowStore.read(reader, rowWeights.length) }
}

function resolved(reader: ModelStateReader, given: Readonly<Record<string, unknown>>): NearestNeighboursHyperparameters {
  try {
    return resolveHyperparameters(reader.format, neighbourSchema, given)
  } catch (error) {
    throw reader.fail('hyperparameters in their ranges', error instanceof MLError ? error.message : 'others')
  }
}
