import { type ColumnKind, columnKinds, type DatasetSource, MLError, type TestSplit, type TrainingBudget, type TrainingSpec } from '@motadata/core'
import type { TrainingRequest } from './training-preset.js'
import { trainingBody, type TrainingBody, trainingQuery, type TrainingQuery } from './training-schemas.js'

/**
 * What a JSON body says of training, but for its rows.
 *
 * @throws MLError `INPUT_INVALID` for a key that is not documented
 */
export function requestOfBody(body: TrainingBody): TrainingRequest {
  checkKeys(body, Object.keys(trainingBody.properties))
  const overrides = Object.fromEntries(Object.entries(body).filter(([key]) => key !== 'rows' && key !== 'useCase')) as Partial<TrainingSpec>
  return { ...(body.useCase === undefined ? {} : { useCase: body.useCase }), overrides }
}

/**
 * What a query string says of training, beside an uploaded file.
 *
 * @throws MLError `INPUT_INVALID` for a key that is not documented, a rule beside a share, or a column of two kinds
 */
export function requestOfQuery(query: TrainingQuery): TrainingRequest {
  checkKeys(query, Object.keys(trainingQuery.properties))
  const { useCase, modelId, modelType, target, features, estimator, base, seed, promote, description, eventTime, labelKnownAt, promisedPrecision, coverage, slices } = query
  const kinds = kindsOf(query)
  const given = {
    modelId, modelType, target, features, base, seed, promote, description, eventTime, labelKnownAt, promisedPrecision, coverage, slices,
    columnKinds: Object.keys(kinds).length === 0 ? undefined : kinds,
    estimator: estimator === undefined ? undefined : { kind: estimator },
    test: testOf(query),
    budget: budgetOf(query),
  }
  const overrides = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<TrainingSpec>
  return { ...(useCase === undefined ? {} : { useCase }), overrides }
}

/** How uploaded bytes are to be read. @throws MLError `MEDIA_TYPE_UNSUPPORTED`, `INPUT_INVALID` */
export function sourceForm(
  mediaType: string, encoding: string | undefined, format: TrainingQuery['format'],
): Omit<DatasetSource, 'artifactSha256'> {
  const encoded = encoding !== undefined && encoding.trim().toLowerCase() !== 'identity'
  if (encoded && encoding.trim().toLowerCase() !== 'gzip') {
    throw new MLError(
      'MEDIA_TYPE_UNSUPPORTED',
      `Expected a body as it is or with content-encoding gzip, got ${JSON.stringify(encoding.slice(0, 40))}.`,
      { details: { field: 'content-encoding', expected: 'gzip', received: encoding.slice(0, 40) } },
    )
  }
  if (mediaType === 'application/gzip') return { format: format === 'ndjson' ? 'ndjson' : 'csv', compression: 'gzip' }
  const own = mediaType === 'text/csv' ? 'csv' : 'ndjson'
  if (format !== undefined && format !== own) throw invalid('format', `${own}, as the content type says`, format)
  return { format: own, compression: encoded ? 'gzip' : 'none' }
}

function testOf({ test, testShare, groupBy }: TrainingQuery): TestSplit | undefined {
  if (test !== undefined && (testShare !== undefined || groupBy !== undefined)) {
    throw invalid(testShare !== undefined ? 'testShare' : 'groupBy', `either test or ${testShare !== undefined ? 'testShare' : 'groupBy'}`, 'both')
  }
  if (test !== undefined) return { kind: 'rule', rule: test }
  if (groupBy !== undefined) return { kind: 'group', column: groupBy, ...(testShare === undefined ? {} : { share: testShare }) }
  return testShare === undefined ? undefined : { kind: 'share', share: testShare }
}

function budgetOf({ budgetSeconds: seconds, budgetMemoryBytes: memoryBytes }: TrainingQuery): TrainingBudget | undefined {
  if (seconds === undefined && memoryBytes === undefined) return undefined
  return { ...(seconds === undefined ? {} : { seconds }), ...(memoryBytes === undefined ? {} : { memoryBytes }) }
}

function kindsOf(query: TrainingQuery): Record<string, ColumnKind> {
  const kinds = new Map<string, ColumnKind>()
  for (const kind of columnKinds) {
    for (const column of query[kind] ?? []) {
      if (kinds.has(column)) throw invalid(kind, `one kind for column '${column}'`, `${kinds.get(column)} and ${kind}`)
      kinds.set(column, kind)
    }
  }
  return Object.fromEntries(kinds)
}

function checkKeys(given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((key) => !known.includes(key))
  if (unknown !== undefined) throw invalid(unknown.slice(0, 80), `one of ${known.join(', ')}`, 'another key')
}

function invalid(field: string, expected: string, received: string): MLError {
  return new MLError(
    'INPUT_INVALID',
    `Expected ${expected} in '${field}', got ${received}.`,
    { details: { field, expected, received } },
  )
}
