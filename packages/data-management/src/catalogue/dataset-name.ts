import { MLError } from '@motadata/core'

const datasetName = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/

/**
 * @throws MLError `NAME_INVALID`
 * @example
 * parseDatasetName('tickets-2026') // => 'tickets-2026'
 */
export function parseDatasetName(value: unknown): string {
  if (typeof value === 'string' && datasetName.test(value)) return value
  const received = typeof value === 'string' ? `'${value.slice(0, 60)}'` : typeof value
  throw new MLError('NAME_INVALID', `Expected a dataset name of 1 to 128 letters, digits, dots, - or _, such as tickets, got ${received}.`, {
    details: { field: 'name', received },
  })
}
