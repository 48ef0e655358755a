import { type DatasetSource, MLError, type QualityMetrics, type TrainingSpec } from '@motadata/core'

/** The kind of jobs that train a model. */
export const trainingJobKind = 'train'

/** What a training job carries: what to train, and where its rows lie. */
export interface TrainingJobPayload {
  readonly spec: TrainingSpec
  readonly source: DatasetSource
}

/** What a training job leaves. */
export interface TrainingJobResult {
  readonly modelId: string
  readonly version: number
  readonly metrics: QualityMetrics
  /** The majority class or the mean on the same rows. */
  readonly baseline: QualityMetrics
  /** Rows that could not be read, left out. */
  readonly badRowCount: number
}

/** @throws MLError `INPUT_INVALID`; the spec itself is checked by training */
export function parseTrainingJobPayload(payload: unknown): TrainingJobPayload {
  const { spec, source } = (typeof payload === 'object' && payload !== null ? payload : {}) as Partial<TrainingJobPayload>
  const readable = typeof source === 'object' && source !== null && typeof source.artifactSha256 === 'string'
    && (source.format === 'csv' || source.format === 'ndjson') && (source.compression === 'none' || source.compression === 'gzip')
  if (typeof spec === 'object' && spec !== null && readable) return { spec, source }
  throw new MLError(
    'INPUT_INVALID',
    'Expected { spec, source: { artifactSha256, format, compression } } as the payload of a training job, got something else.',
    { details: { field: 'payload' } },
  )
}
