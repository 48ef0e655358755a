import { modelTypes } from '@motadata/core'
import { Type } from '@sinclair/typebox'

const scalar = Type.Unsafe<number | string | boolean>({ type: ['number', 'string', 'boolean'] })
const interval = Type.Object({ low: Type.Number(), high: Type.Number() })
const open = { additionalProperties: true }

/** The main parts of a card; all of it is passed on. */
export const cardAnswer = Type.Object(
  {
    format: Type.String({ examples: ['model-card/1'] }),
    model: Type.Object({ name: Type.String(), version: Type.Integer(), modelType: Type.String({ enum: [...modelTypes] }), createdAt: Type.String({ format: 'date-time' }) }, open),
    intendedUse: Type.String(),
    limits: Type.Array(Type.String()),
    data: Type.Object({ fingerprint: Type.String(), rowCount: Type.Integer(), target: Type.String() }, open),
    split: Type.Object({ method: Type.String(), description: Type.String(), trainRows: Type.Integer(), testRows: Type.Integer() }, open),
    estimator: Type.Object({ kind: Type.String(), hyperparameters: Type.Record(Type.String(), scalar), choice: Type.String() }, open),
    quality: Type.Object({ primaryMetric: Type.String(), beatsBaseline: Type.Boolean() }, open),
    calibration: Type.Unsafe<object | null>({ type: ['object', 'null'], ...open }),
    promise: Type.Unsafe<object | null>({ type: ['object', 'null'], ...open }),
    conformal: Type.Unsafe<object | null>({ type: ['object', 'null'], ...open }),
    slices: Type.Unsafe<object | null>({ type: ['object', 'null'], ...open }),
  },
  { ...open, title: 'ModelCard', description: 'What a version is, how it came about and how good it is' },
)

export const lineageAnswer = Type.Object(
  {
    dataset: Type.Object({ fingerprint: Type.String() }, open),
    training: Type.Object({}, open),
    version: Type.Object({ name: Type.String(), version: Type.Integer(), createdAt: Type.String({ format: 'date-time' }), artifactSha256: Type.String() }),
    aliases: Type.Array(Type.String()),
    aliasEvents: Type.Array(Type.Object({ alias: Type.String(), toVersion: Type.Integer() }, open)),
  },
  { title: 'ModelLineage', description: 'Data, what was asked for, the version, what its aliases were' },
)

const compared = Type.Object({ name: Type.String(), version: Type.Integer(), estimator: Type.String(), metrics: Type.Record(Type.String(), Type.Number()) })

export const comparisonAnswer = Type.Object(
  {
    first: compared,
    second: compared,
    rows: Type.Object({ source: Type.String({ enum: ['held-out', 'handed-in'] }), count: Type.Integer() }),
    significance: Type.Object(
      {
        metric: Type.String({ enum: ['logLoss', 'squaredError'] }), first: Type.Number(), second: Type.Number(),
        difference: Type.Number({ description: 'Second minus first: below 0 the second is better' }), interval, pValue: Type.Number(),
        accuracy: Type.Unsafe<object | null>({ type: ['object', 'null'], ...open }),
      },
    ),
    better: Type.String({ enum: ['first', 'second', 'neither'], description: 'By more than chance' }),
  },
  { title: 'VersionComparison' },
)
