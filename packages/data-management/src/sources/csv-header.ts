import { DataLoadError } from '@motadata/core'
import { columnNameFault } from './column-name.js'

/**
 * The column names of a header row, without the blanks around them.
 *
 * @throws MLError `DATA_MALFORMED` giving the numbers of the columns whose names are empty, malformed or not unique, `DATA_TOO_LARGE`
 */
export function readHeader(fields: readonly string[], maximumColumns: number): string[] {
  if (fields.length > maximumColumns) {
    throw new DataLoadError('DATA_TOO_LARGE', `Expected at most ${maximumColumns} columns, got ${fields.length} in the header. Leave some out, or raise maximumColumns.`, {
      details: { limit: 'maximumColumns', maximum: maximumColumns, received: fields.length },
    })
  }
  const names = fields.map((field) => field.trim())
  const fault = names.map(columnNameFault).find((found) => found !== undefined)
  if (fault !== undefined) throw headerInvalid('a name for every column', fault, numbersWhere(names, (name) => columnNameFault(name) === fault))

  const seen = new Set<string>()
  const repeated = new Set(names.filter((name) => seen.has(name) || !seen.add(name)))
  if (repeated.size > 0) throw headerInvalid('column names that differ', 'the same name', numbersWhere(names, (name) => repeated.has(name)))
  return names
}

function numbersWhere(names: readonly string[], test: (name: string) => boolean): number[] {
  return names.flatMap((name, i) => (test(name) ? [i + 1] : []))
}

function headerInvalid(expected: string, received: string, columnNumbers: readonly number[]): DataLoadError {
  const which = `column${columnNumbers.length === 1 ? '' : 's'} ${columnNumbers.slice(0, 20).join(', ')}`
  return new DataLoadError('DATA_MALFORMED', `Expected ${expected} in the header, got ${received} in ${which}. Rename them.`, {
    details: { columnNumbers: columnNumbers.slice(0, 100), expected, received },
  })
}
