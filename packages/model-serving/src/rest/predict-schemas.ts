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

export const explainBody = Type.Object(
  {
    ...predictBody.properties,
    label: Type.Optional(Type.String({ maxLength: 1000, description: 'The class to explain; default the one predicted' })),
    termCount: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 20, description: 'Words and values to list' })),
  },
  { additionalProperties: false, examples: [{ instances: [{ text: 'VPN is down since this morning' }], termCount: 5 }] },
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

const identity = {
  predictionId: Type.String({ description: 'Describes itself; send it back with feedback' }),
  entityKey: Type.Optional(Type.String()),
  warnings: Type.Optional(Type.Array(warning)),
}

const classPrediction = {
  ...identity,
  kind: Type.Literal('class'),
  label: Type.String(),
  probability: Type.Number({ minimum: 0, maximum: 1, description: 'Of the label' }),
  // not a Record, which is a pattern that leaves out names with line breaks
  probabilities: Type.Object({}, { additionalProperties: Type.Number(), description: 'Of every class; they sum to 1' }),
  abstained: Type.Optional(Type.Boolean({ description: 'Only of models that promise a precision: not sure enough for it, route to a person' })),
  predictionSet: Type.Optional(Type.Array(Type.String(), { description: 'Only of models with a coverage: holds the true class with that chance' })),
}

const numberPrediction = {
  ...identity,
  kind: Type.Literal('number'),
  value: Type.Number({ description: 'In the unit of the target' }),
  interval: Type.Optional(Type.Object({ low: Type.Number(), high: Type.Number() }, { description: 'Only of models with a coverage: holds the true number with that chance' })),
}

const contribution = Type.Object({ source: Type.String({ description: 'The column' }), name: Type.String({ description: 'The word, category or part' }), contribution: Type.Number() })

const explanation = Type.Object(
  {
    method: Type.Union([Type.Literal('linear'), Type.Literal('tree-shap')]),
    label: Type.Optional(Type.String({ description: 'The class that is explained' })),
    score: Type.Number({ description: 'A margin, before probabilities are made of it; of a number the prediction itself' }),
    intercept: Type.Number(),
    fields: Type.Array(Type.Object({ source: Type.String(), contribution: Type.Number() }), { description: 'Whole columns; with the intercept they sum to the score' }),
    terms: Type.Array(contribution, { description: 'Words and values, the weightiest first' }),
    otherTerms: Type.Number({ description: 'What the terms that are not listed add together' }),
  },
  { description: 'What speaks for the score (above 0) and against it' },
)

const model = Type.Object({ name: Type.String(), version: Type.Integer() }, { description: 'The version that made all the predictions' })

export const predictAnswer = Type.Object({
  model,
  predictions: Type.Array(Type.Union([Type.Object(classPrediction), Type.Object(numberPrediction)])),
})

export const explainAnswer = Type.Object({
  model,
  predictions: Type.Array(Type.Union([Type.Object({ ...classPrediction, explanation }), Type.Object({ ...numberPrediction, explanation })])),
})

export type ExplainBody = Static<typeof explainBody>
export type PredictBody = Static<typeof predictBody>
export type ModelParams = Static<typeof modelParams>
export type VersionParams = Static<typeof versionParams>
