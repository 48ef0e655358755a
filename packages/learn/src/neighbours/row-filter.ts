import { MLError } from '@motadata/core'

/** Which rows may answer; all conditions hold together. */
export interface NeighbourFilter {
  /** Values of attributes: one that a row must have, or several of which it must have one. */
  readonly where?: Readonly<Record<string, string | readonly string[]>>
  /** Rows of this time (milliseconds since 1970) or later. Rows without a time do not pass. */
  readonly after?: number
  /** Rows before this time. Rows without a time do not pass. */
  readonly before?: number
}

/** An attribute of rows: a number for each value. */
export interface AttributeColumn {
  readonly values: string[]
  readonly codeOf: Map<string, number>
  /** Of each row; −1 without a value. */
  readonly codes: number[]
}

/**
 * A test of rows by number.
 *
 * @throws MLError `INPUT_INVALID` for an attribute that no rows have
 */
export function rowTest(filter: NeighbourFilter, attributes: ReadonlyMap<string, AttributeColumn>, times: readonly number[]): (row: number) => boolean {
  const { after = -Infinity, before = Infinity } = filter
  const hasWindow = filter.after !== undefined || filter.before !== undefined
  const conditions = Object.entries(filter.where ?? {}).map(([name, wanted]) => {
    const column = attributes.get(name)
    if (!column) {
      const names = [...attributes.keys()]
      throw new MLError('INPUT_INVALID', `Expected one of the attributes ${names.join(', ') || '(there are none)'} to filter by, got '${name.slice(0, 100)}'.`)
    }
    const codes = new Set((typeof wanted === 'string' ? [wanted] : wanted).map((value) => column.codeOf.get(value)))
    return (row: number): boolean => codes.has(column.codes[row])
  })
  return (row) => (!hasWindow || (times[row] >= after && times[row] < before)) && conditions.every((holds) => holds(row))
}
