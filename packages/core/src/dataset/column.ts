/** Kinds that a column of a dataset can have. */
export const columnKinds = ['number', 'category', 'text', 'boolean', 'instant'] as const
export type ColumnKind = (typeof columnKinds)[number]

/** Numbers; NaN where a value is missing. */
export interface NumberColumn {
  readonly kind: 'number'
  readonly values: Float64Array
}

/** Values out of a small set: `categories[codes[row]]`, code −1 where a value is missing. */
export interface CategoryColumn {
  readonly kind: 'category'
  readonly codes: Int32Array
  readonly categories: readonly string[]
}

/** Free text; null where it is missing. */
export interface TextColumn {
  readonly kind: 'text'
  readonly values: readonly (string | null)[]
}

/** 1 for true, 0 for false, 2 where a value is missing. */
export interface BooleanColumn {
  readonly kind: 'boolean'
  readonly values: Uint8Array
}

/** Instants as epoch milliseconds; NaN where a value is missing. */
export interface InstantColumn {
  readonly kind: 'instant'
  readonly values: Float64Array
}

export type Column = NumberColumn | CategoryColumn | TextColumn | BooleanColumn | InstantColumn

/** What one cell holds outside of columns: in records, in instances, in JSON. Instants are `Date`s in and ISO text out. */
export type CellValue = string | number | boolean | Date | null

/** How many rows a column has. */
export function columnLength(column: Column): number {
  return column.kind === 'category' ? column.codes.length : column.values.length
}

/** One cell; null where the value is missing. */
export function cellAt(column: Column, row: number): CellValue {
  switch (column.kind) {
    case 'number': {
      const value = column.values[row]!
      return Number.isNaN(value) ? null : value
    }
    case 'category':
      return column.categories[column.codes[row]!] ?? null
    case 'text':
      return column.values[row] ?? null
    case 'boolean': {
      const value = column.values[row]
      return value === 1 ? true : value === 0 ? false : null
    }
    case 'instant': {
      const value = column.values[row]!
      return Number.isNaN(value) ? null : new Date(value)
    }
  }
}

/** A column with the given rows, in the given order. */
export function selectColumnRows(column: Column, rows: ArrayLike<number>): Column {
  const count = rows.length
  switch (column.kind) {
    case 'number':
    case 'instant': {
      const values = new Float64Array(count)
      for (let i = 0; i < count; i++) values[i] = column.values[rows[i]!]!
      return { kind: column.kind, values }
    }
    case 'category': {
      const codes = new Int32Array(count)
      for (let i = 0; i < count; i++) codes[i] = column.codes[rows[i]!]!
      return { kind: 'category', codes, categories: column.categories }
    }
    case 'boolean': {
      const values = new Uint8Array(count)
      for (let i = 0; i < count; i++) values[i] = column.values[rows[i]!]!
      return { kind: 'boolean', values }
    }
    case 'text': {
      const values = new Array<string | null>(count)
      for (let i = 0; i < count; i++) values[i] = column.values[rows[i]!] ?? null
      return { kind: 'text', values }
    }
  }
}
