import { MLError, type TrainingSpec } from '@motadata/core'

/** What a use case knows about its training, so that a caller need not say it. */
export interface TrainingPreset {
  readonly name: string
  readonly description: string
  /** The spec with what the caller says otherwise. */
  trainingSpec(overrides: Partial<TrainingSpec>): TrainingSpec
}

/** What a request says of training: parts of a spec, and perhaps the use case that fills in the rest. */
export interface TrainingRequest {
  readonly useCase?: string
  readonly overrides: Partial<TrainingSpec>
}

/**
 * The spec that a request means.
 *
 * @throws MLError `INPUT_INVALID` for a use case that there is not; what is missing is found by `checkSpec`
 */
export function specOf({ useCase, overrides }: TrainingRequest, presets: ReadonlyMap<string, TrainingPreset>): TrainingSpec {
  if (useCase === undefined) return { modelType: 'classification', ...overrides } as TrainingSpec
  const preset = presets.get(useCase)
  if (preset) return preset.trainingSpec(overrides)
  const names = [...presets.keys()].join(', ')
  const expected = names === '' ? 'no use case: none is loaded here' : `one of the use cases ${names}`
  throw new MLError(
    'INPUT_INVALID',
    `Expected ${expected}, got ${JSON.stringify(useCase.slice(0, 80))}.`,
    { details: { field: 'useCase', expected: names || 'none', received: useCase.slice(0, 80) } },
  )
}
