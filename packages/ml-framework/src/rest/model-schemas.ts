import { columnKinds, modelTypes, type ModelVersion, type RegisteredModel } from '@motadata/core'
import { type Static, Type } from '@sinclair/typebox'

const moment = Type.String({ format: 'date-time' })
const scalar = Type.Unsafe<number | string | boolean>({ type: ['number', 'string', 'boolean'] })

export const modelParams = Type.Object({ name: Type.String({ description: "A model's name", examples: ['ticket_classifier'] }) })
export type ModelParams = Static<typeof modelParams>

export const versionParams = Type.Object({ ...modelParams.properties, version: Type.Integer({ minimum: 1, maximum: 999_999_999 }) })
export type VersionParams = Static<typeof versionParams>

export const aliasParams = Type.Object({
  ...modelParams.properties, alias: Type.String({ description: 'champion is the one that answers', examples: ['champion', 'challenger'] }),
})
export type AliasParams = Static<typeof aliasParams>

export const aliasBody = Type.Object({ version: Type.Integer({ minimum: 1, maximum: 999_999_999 }) })
export type AliasBody = Static<typeof aliasBody>

export const modelChanges = Type.Object({ description: Type.String({ maxLength: 2_000 }) }, { additionalProperties: false })
export type ModelChangesBody = Static<typeof modelChanges>

export const deletionQuery = Type.Object({
  permanently: Type.Optional(Type.Boolean({ default: false, description: 'Delete an archived model with all its versions, for good; without it the model is archived' })),
})
export type DeletionQuery = Static<typeof deletionQuery>

export const compareQuery = Type.Object({
  with: Type.Integer({ minimum: 1, maximum: 999_999_999, description: 'The version to compare with, of the same model' }),
})
export type CompareQuery = Static<typeof compareQuery>

export const pageQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  pageToken: Type.Optional(Type.String({ maxLength: 256, description: 'nextPageToken of the page before' })),
})
export type PageQuery = Static<typeof pageQuery>

export const modelAnswer = Type.Object(
  {
    name: Type.String(),
    description: Type.String(),
    createdAt: moment,
    updatedAt: moment,
    archivedAt: Type.Optional(Type.String({ format: 'date-time', description: 'Since when it neither predicts nor takes new versions' })),
    latestVersion: Type.Optional(Type.Integer()),
    aliases: Type.Record(Type.String(), Type.Integer(), { description: 'Version by alias; champion is the one that answers' }),
  },
  { title: 'RegisteredModel' },
)

const metricsOf = (description: string) => Type.Object(
  {
    accuracy: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    macroF1: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    logLoss: Type.Optional(Type.Number({ description: 'Nats' })),
    rootMeanSquaredError: Type.Optional(Type.Number({ description: 'In the unit of the target' })),
    meanAbsoluteError: Type.Optional(Type.Number()),
    r2: Type.Optional(Type.Number()),
  },
  { description: `${description}: three numbers of classes, or three of numbers` },
)

const report = Type.Object({
  metrics: metricsOf('On held-out rows'),
  baseline: metricsOf('The majority class or the mean on the same rows'),
  beatsBaseline: Type.Optional(Type.Boolean({ description: 'By more than chance; versions of older releases do not say' })),
  classes: Type.Array(Type.Object({
    label: Type.String(),
    precision: Type.Number(),
    recall: Type.Number(),
    f1: Type.Number(),
    support: Type.Integer({ description: 'Held-out rows of the class' }),
  })),
  trainRows: Type.Integer(),
  testRows: Type.Integer(),
  rowsWithoutTarget: Type.Integer({ description: 'Left out' }),
  trainSeconds: Type.Number(),
  estimator: Type.Object({ kind: Type.String(), hyperparameters: Type.Record(Type.String(), scalar) }),
  columns: Type.Array(Type.Object({ name: Type.String(), use: Type.String({ description: 'How it is used, or why it was left out' }) })),
  notes: Type.Array(Type.String()),
})

export const versionAnswer = Type.Object(
  {
    name: Type.String(),
    version: Type.Integer(),
    modelType: Type.String({ enum: [...modelTypes] }),
    artifact: Type.Object({ sha256: Type.String(), sizeBytes: Type.Integer(), format: Type.String() }),
    signature: Type.Object({
      inputs: Type.Array(Type.Object({ name: Type.String(), kind: Type.String({ enum: [...columnKinds] }), required: Type.Boolean() })),
      output: Type.Object({ kind: Type.String({ enum: ['class', 'number'] }), classes: Type.Optional(Type.Array(Type.String(), { description: 'Of classes only' })) }),
    }),
    report,
    datasetFingerprint: Type.String(),
    createdAt: moment,
    aliases: Type.Array(Type.String()),
  },
  { title: 'ModelVersion' },
)

export const modelPageAnswer = Type.Object({ models: Type.Array(modelAnswer), nextPageToken: Type.Optional(Type.String()) })
export const versionPageAnswer = Type.Object({ versions: Type.Array(versionAnswer), nextPageToken: Type.Optional(Type.String()) })

export function toModelAnswer({ createdAt, updatedAt, archivedAt, ...rest }: RegisteredModel): Static<typeof modelAnswer> {
  const moments = { createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() }
  return { ...rest, ...moments, ...(archivedAt && { archivedAt: archivedAt.toISOString() }) }
}

export function toVersionAnswer(version: ModelVersion): object {
  return { ...version, createdAt: version.createdAt.toISOString() }
}
