import { type Static, Type } from '@sinclair/typebox'
import type { CellValue } from '@motadata/core'

const cell = Type.Unsafe<CellValue>({ type: ['string', 'number', 'boolean', 'null'] })

const instance = Type.Object(
  { entityKey: Type.Optional(Type.String({ maxLength: 256, description: 'What the instance is about, such as a ticket number; never a feature' })) },
  { additionalProperties: cell, description: 'Values by column name' },
)

export const predictBody = Type.Object(
  { instances: Type.Array(instance, { description: 'What to predict about; one prediction each, in this order' }) },
  {
    additionalProperties: false,
    examples: [{ instances: [{ entityKey: 'INC0012', text: 'VPN is down since this morning' }] }],
  },
)

export const modelParams = Type.Object({
  model: Type.String({ description: "A model's name, or name@alias; a bare name means its champion", examples: ['ticket_classifier', 'ticket_classifier@challenger'] }),
})

export const versionParams = Type.Object({
  name: Type.String({ description: "A model's name" }),
  version: Type.Integer({ minimum: 1, maximum: 999_999_999 }),
})

const warning = Type.Object({
  code: Type.Union([Type.Literal('COLUMN_ABSENT'), Type.Literal('CATEGORY_UNKNOWN'), Type.Literal('COLUMN_IGNORED')]),
  column: Type.String(),
  message: Type.String(),
})

const prediction = Type.Object({
  predictionId: Type.String({ description: 'Describes itself; send it back with feedback' }),
  kind: Type.Literal('class'),
  label: Type.String(),
  probability: Type.Number({ minimum: 0, maximum: 1, description: 'Of the label' }),
  // not a Record, which is a pattern that leaves out names with line breaks
  probabilities: Type.Object({}, { additionalProperties: Type.Number(), description: 'Of every class; they sum to 1' }),
  entityKey: Type.Optional(Type.String()),
  warnings: Type.Optional(Type.Array(warning)),
})

export const predictAnswer = Type.Object({
  model: Type.Object({ name: Type.String(), version: Type.Integer() }, { description: 'The version that made all the predictions' }),
  predictions: Type.Array(prediction),
})

export type PredictBody = Static<typeof predictBody>
export type ModelParams = Static<typeof modelParams>
export type VersionParams = Static<typeof versionParams>
