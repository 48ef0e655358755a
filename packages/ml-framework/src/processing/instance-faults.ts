import { DataProcessingError, type ModelSignature, type PredictionWarning } from '@motadata/core'

/** What is wrong with an instance, said so that its sender can mend it. Values of text are never repeated. */
export function instanceInvalid(position: number, value: unknown): DataProcessingError {
  const received = describeValue(value)
  return new DataProcessingError(
    'INPUT_INVALID',
    `Expected instance ${position} to be an object of column names and values, got ${received}.`,
    { details: { instance: position, field: `instances[${position}]`, expected: 'an object of column names and values', received } },
  )
}

export function valueInvalid(position: number, field: string, expected: string, value: unknown): DataProcessingError {
  const received = describeValue(value)
  return new DataProcessingError(
    'COLUMN_INVALID',
    `Expected ${expected} in '${field}' of instance ${position}, got ${received}.`,
    { details: { instance: position, field, expected, received } },
  )
}

export function inputsAbsent(position: number, inputs: ModelSignature['inputs']): DataProcessingError {
  const names = inputs.slice(0, 20).map(({ name }) => name).join(', ')
  const expected = inputs.length === 1 ? `a ${inputs[0]!.kind}` : `a value of at least one of ${names}`
  const field = inputs[0]!.name
  return new DataProcessingError(
    'COLUMN_INVALID',
    `Expected ${expected} in '${field}' of instance ${position}, got nothing. The model's inputs are ${names}.`,
    { details: { instance: position, field, expected, received: 'nothing' } },
  )
}

export function columnAbsent(column: string): PredictionWarning {
  return { code: 'COLUMN_ABSENT', column, message: `The instance has no '${column}'; it counts as a missing value.` }
}

export function categoryUnknown(column: string, value: unknown): PredictionWarning {
  const message = `'${String(value).slice(0, 80)}' did not occur in '${column}' in training; it counts as no category.`
  return { code: 'CATEGORY_UNKNOWN', column, message }
}

function describeValue(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (value instanceof Date) return 'a date'
  if (typeof value === 'number') return Number.isFinite(value) ? 'a number' : String(value)
  if (typeof value === 'string') return value === '' ? 'an empty text' : 'a text'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
