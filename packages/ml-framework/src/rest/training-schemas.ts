import { type CellValue, columnKinds, type Job } from '@motadata/core'
import { type Static, Type } from '@sinclair/typebox'

const kind = Type.String({ enum: [...columnKinds] })
const cell = Type.Unsafe<CellValue>({ type: ['string', 'number', 'boolean', 'null'] })
const scalar = Type.Unsafe<number | string | boolean>({ type: ['number', 'string', 'boolean'] })
const name = Type.String({ minLength: 1, maxLength: 200 })

// Unknown keys are let through here and refused by name in the handler: validators that cut them away would do it in silence.
export const trainingBody = Type.Object(
  {
    rows: Type.Array(Type.Object({}, { additionalProperties: cell }), { description: 'Values by column name' }),
    useCase: Type.Optional(Type.String({ maxLength: 200, description: 'A use case that fills in what is not said here' })),
    modelId: Type.Optional(Type.String({ description: "The model's name; a new version of it is registered" })),
    modelType: Type.Optional(Type.String({ description: 'classification (default), regression, or auto' })),
    target: Type.Optional(Type.String({ description: 'The column to learn' })),
    features: Type.Optional(Type.Array(name, { description: 'Columns to learn from; default all that carry information' })),
    columnKinds: Type.Optional(Type.Record(Type.String(), kind, { description: 'Kinds of columns, where inference would guess wrong' })),
    columnOptions: Type.Optional(Type.Record(Type.String(), Type.Object({}, { additionalProperties: true }), {
      description: 'How columns become features, where the default would not do', examples: [{ impact: { scaling: 'min-max' }, caller: { encoding: 'target' } }],
    })),
    test: Type.Optional(Type.Object(
      {
        kind: Type.String({ enum: ['share', 'random', 'group', 'time', 'rule'] }),
        share: Type.Optional(Type.Number()),
        rule: Type.Optional(Type.String({ maxLength: 1_000 })),
        column: Type.Optional(Type.String({ maxLength: 200, description: 'That groups or orders the rows' })),
        from: Type.Optional(Type.String({ maxLength: 40, description: 'By time: hold out what came from then on, ISO 8601' })),
        labelKnownAt: Type.Optional(Type.String({ maxLength: 200 })),
      },
      { description: 'Which rows are held out to measure on; default a fifth', examples: [{ kind: 'rule', rule: 'row_id % 5 == 0' }] },
    )),
    eventTime: Type.Optional(Type.String({ maxLength: 200, description: 'The column that says when each row came; the last rows are then held out' })),
    labelKnownAt: Type.Optional(Type.String({ maxLength: 200, description: 'The column that says when each target became known' })),
    promisedPrecision: Type.Optional(Type.Number({ description: 'Precision of accepted predictions, 0..1; the model abstains from others' })),
    coverage: Type.Optional(Type.Number({ description: 'Share of new rows that prediction sets or intervals are to hold, 0..1' })),
    slices: Type.Optional(Type.Array(name, { description: 'Columns by whose values quality is shown apart' })),
    budget: Type.Optional(Type.Object(
      {
        iterations: Type.Optional(Type.Integer({ minimum: 1 })),
        seconds: Type.Optional(Type.Number()),
        memoryBytes: Type.Optional(Type.Integer({ minimum: 1 })),
        threads: Type.Optional(Type.Integer({ minimum: 1 })),
      },
      { description: 'What training may use' },
    )),
    estimator: Type.Optional(Type.Object({ kind: Type.String(), hyperparameters: Type.Optional(Type.Record(Type.String(), scalar)) })),
    base: Type.Optional(Type.String({ maxLength: 300, description: 'A version to build on where rows are few: name, name@alias or name/versions/3 of a classifier' })),
    seed: Type.Optional(Type.Integer()),
    promote: Type.Optional(Type.String({ enum: ['when-first', 'always', 'never'] })),
    description: Type.Optional(Type.String({ maxLength: 2_000 })),
  },
  {
    examples: [{
      modelId: 'ticket_classifier',
      target: 'category',
      rows: [{ text: 'VPN is down', category: 'network' }, { text: 'No paper', category: 'printer' }],
    }],
  },
)
export type TrainingBody = Static<typeof trainingBody>

export const trainingQuery = Type.Object({
  useCase: Type.Optional(Type.String({ maxLength: 200, description: 'A use case that fills in what is not said here' })),
  modelId: Type.Optional(Type.String()),
  target: Type.Optional(Type.String({ description: 'The column to learn' })),
  format: Type.Optional(Type.String({ enum: ['csv', 'ndjson'], description: 'What a gzip file holds; default csv' })),
  features: Type.Optional(Type.Array(name, { description: 'Columns to learn from; repeat for several' })),
  text: Type.Optional(Type.Array(name, { description: 'Columns of free text; repeat for several' })),
  category: Type.Optional(Type.Array(name, { description: 'Columns of categories' })),
  number: Type.Optional(Type.Array(name, { description: 'Columns of numbers' })),
  boolean: Type.Optional(Type.Array(name, { description: 'Columns of true and false' })),
  instant: Type.Optional(Type.Array(name, { description: 'Columns of ISO 8601 instants' })),
  test: Type.Optional(Type.String({ maxLength: 1_000, description: 'Rule for the rows held out', examples: ['row_id % 5 == 0'] })),
  testShare: Type.Optional(Type.Number({ description: 'Share of the rows held out, 0..1' })),
  modelType: Type.Optional(Type.String({ description: 'classification (default), regression, or auto' })),
  estimator: Type.Optional(Type.String({ description: 'A kind of the catalogue, or auto' })),
  groupBy: Type.Optional(Type.String({ maxLength: 200, description: 'Hold out whole groups by this column' })),
  eventTime: Type.Optional(Type.String({ maxLength: 200, description: 'The column that says when each row came; the last rows are then held out' })),
  labelKnownAt: Type.Optional(Type.String({ maxLength: 200 })),
  promisedPrecision: Type.Optional(Type.Number()),
  coverage: Type.Optional(Type.Number()),
  slices: Type.Optional(Type.Array(name)),
  budgetSeconds: Type.Optional(Type.Number()),
  budgetMemoryBytes: Type.Optional(Type.Integer({ minimum: 1 })),
  base: Type.Optional(Type.String({ maxLength: 300 })),
  seed: Type.Optional(Type.Integer()),
  promote: Type.Optional(Type.String({ enum: ['when-first', 'always', 'never'] })),
  description: Type.Optional(Type.String({ maxLength: 2_000 })),
})
export type TrainingQuery = Static<typeof trainingQuery>

export const trainingHeaders = Type.Object({
  'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: 'The same key gives the same job, for as long as that is remembered: JOB_RETENTION_DAYS after it ended' })),
})

export const jobAnswer = Type.Object(
  {
    id: Type.String(),
    kind: Type.String(),
    state: Type.String({ enum: ['queued', 'running', 'succeeded', 'failed', 'cancelled'] }),
    progress: Type.Object({ stage: Type.String(), share: Type.Number({ minimum: 0, maximum: 1 }) }),
    createdAt: Type.String({ format: 'date-time' }),
  },
  {
    title: 'AcceptedJob',
    description: 'Ask for it again at the Location',
    // as @fastify/swagger reads the headers of an answer
    headers: { location: Type.String({ description: 'The path of the job', examples: ['/v1/jobs/01a20ae5-91be-7000-aecc-2a545423fc9f'] }) },
  },
)

export function toJobAnswer({ id, kind: jobKind, state, progress, createdAt }: Job): object {
  return { id, kind: jobKind, state, progress, createdAt: createdAt.toISOString() }
}
