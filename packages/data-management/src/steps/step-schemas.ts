import { columnKinds } from '@motadata/core'
import { type TObject, type TProperties, type TSchema, Type } from '@sinclair/typebox'
import type { StepKindName } from '../pipelines/pipeline-definition.js'

const closed = { additionalProperties: false }
const column = Type.String({ minLength: 1, maxLength: 200 })
const columns = Type.Array(column, { minItems: 1, maxItems: 1_000 })
const oneOf = (...names: readonly string[]) => Type.String({ pattern: `^(${names.join('|')})$` })
const kind = oneOf(...columnKinds)
const named = (value: TSchema) => Type.Record(Type.String(), value, { minProperties: 1, maxProperties: 1_000 })
const renamed = Type.Array(Type.Union([column, Type.Object({ column, as: column }, closed)]), { minItems: 1, maxItems: 1_000 })
const constant = Type.Union([Type.String(), Type.Number(), Type.Boolean()])
const expression = Type.String({ minLength: 1, maxLength: 20_000 })

export const aggregateFunctions = ['count', 'count-distinct', 'sum', 'mean', 'min', 'max', 'median', 'standard-deviation', 'first', 'last'] as const
const windowFunctions = ['row-number', 'rank', 'lag', 'lead', 'count', 'sum', 'mean', 'min', 'max']
const aggregateMeasure = Type.Object({ function: oneOf(...aggregateFunctions), column: Type.Optional(column) }, closed)

export const stepName = Type.String({ pattern: '^[a-z][a-z0-9_]{0,62}$', description: 'A small letter, then small letters, digits and _' })

const base = {
  name: stepName,
  inputs: Type.Optional(Type.Array(stepName, { maxItems: 20, description: 'Steps whose rows it works on; default the one listed before it' })),
  retry: Type.Optional(Type.Object({
    attempts: Type.Optional(Type.Integer({ minimum: 1, maximum: 10 })), delayMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 60_000 })),
  }, closed)),
  timeLimitMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400_000 })),
}

function step(kindName: StepKindName, properties: TProperties): TObject {
  return Type.Object({ ...base, kind: Type.Literal(kindName), ...properties }, closed)
}

/** The form of each kind of step; the API's description and the check of a definition are both made of it. */
export const stepSchemas: Readonly<Record<StepKindName, TObject>> = {
  extract: step('extract', {
    dataset: Type.String(), version: Type.Optional(Type.Integer({ minimum: 1, maximum: 999_999_999 })), columns: Type.Optional(columns), schema: Type.Optional(named(kind)),
  }),
  select: step('select', { columns: renamed }),
  filter: step('filter', { where: expression }),
  derive: step('derive', { columns: named(Type.Union([expression, Type.Object({ expression, kind }, closed)])) }),
  join: step('join', {
    how: Type.Optional(oneOf('inner', 'left')), on: Type.Union([columns, named(column)]), columns: Type.Optional(renamed), matches: Type.Optional(oneOf('one', 'many')),
  }),
  aggregate: step('aggregate', { groupBy: Type.Optional(columns), measures: named(aggregateMeasure) }),
  deduplicate: step('deduplicate', { by: Type.Optional(columns), orderBy: Type.Optional(column), keep: Type.Optional(oneOf('first', 'last')) }),
  fill: step('fill', {
    columns: named(Type.Union([Type.Object({ value: constant }, closed), Type.Object({ with: oneOf('mean', 'median', 'mode', 'previous') }, closed)])),
  }),
  window: step('window', {
    partitionBy: Type.Optional(columns), orderBy: column, descending: Type.Optional(Type.Boolean()),
    measures: named(Type.Object({
      function: oneOf(...windowFunctions), column: Type.Optional(column), offset: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
      rows: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })), excludeCurrent: Type.Optional(Type.Boolean()),
    }, closed)),
  }),
  pivot: step('pivot', { groupBy: columns, column, values: named(constant), measure: aggregateMeasure }),
  transform: step('transform', { sql: expression, kinds: Type.Optional(named(oneOf('text', 'category'))) }),
  function: step('function', { function: Type.String({ minLength: 1, maxLength: 128 }), options: Type.Optional(Type.Object({}, { additionalProperties: true })) }),
  validate: step('validate', {
    expectations: Type.Array(Type.Object({ kind: Type.String() }, { additionalProperties: true }), { minItems: 1, maxItems: 1_000 }), onFailure: Type.Optional(oneOf('stop', 'report')),
  }),
  load: step('load', {
    dataset: Type.String(), mode: Type.Optional(oneOf('replace', 'append')), allow: Type.Optional(Type.Array(oneOf('column-added', 'column-widened'), { maxItems: 2 })),
    description: Type.Optional(Type.String({ maxLength: 2_000 })),
  }),
}

/** Inputs that a kind of step takes: at least, at most. */
export const stepInputs: Readonly<Record<StepKindName, readonly [number, number]>> = {
  extract: [0, 0], select: [1, 1], filter: [1, 1], derive: [1, 1], join: [2, 2], aggregate: [1, 1], deduplicate: [1, 1], fill: [1, 1], window: [1, 1], pivot: [1, 1],
  transform: [1, 20], function: [1, 20], validate: [1, 20], load: [1, 1],
}
