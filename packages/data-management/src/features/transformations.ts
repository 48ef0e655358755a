import { type CellValue, type ColumnKind, FeatureStoreError } from '@motadata/core'

/**
 * Makes a feature out of others: the values of its inputs, in their order, null where one is missing. The same inputs have to give the
 * same value, for it is asked online and offline.
 */
export type FeatureTransformation = (values: readonly CellValue[]) => CellValue

const numbers = (work: (...values: number[]) => number): FeatureTransformation => (values) => {
  const given = values.map((value) => (value instanceof Date ? value.getTime() : typeof value === 'boolean' ? Number(value) : value))
  if (!given.every((value) => typeof value === 'number')) return null
  const result = work(...given)
  return Number.isFinite(result) ? result : null
}

/** Those that are always there. Numbers, booleans (as 1 and 0) and instants (as epoch milliseconds) go in; a missing input gives a missing value. */
export const builtInTransformations: Readonly<Record<string, FeatureTransformation>> = {
  difference: numbers((a, b) => a - b),
  sum: numbers((...values) => values.reduce((total, value) => total + value, 0)),
  product: numbers((...values) => values.reduce((total, value) => total * value, 1)),
  /** Missing for a divisor of 0. */
  ratio: numbers((a, b) => a / b),
  log1p: numbers((value) => Math.log1p(value)),
  /** From the second instant to the first. */
  'hours-between': numbers((later, earlier) => (later - earlier) / 3_600_000),
}

/** Transformations by name: those that are always there, and those that the caller registers in code. */
export class TransformationRegistry {
  readonly #byName: ReadonlyMap<string, FeatureTransformation>

  constructor(own: Readonly<Record<string, FeatureTransformation>> = {}) {
    this.#byName = new Map([...Object.entries(builtInTransformations), ...Object.entries(own)])
  }

  /** @throws FeatureStoreError `TRANSFORMATION_UNKNOWN` */
  get(name: string): FeatureTransformation {
    const found = this.#byName.get(name)
    if (found) return found
    const known = [...this.#byName.keys()]
    throw new FeatureStoreError('TRANSFORMATION_UNKNOWN', `Expected a transformation that is registered in code, got '${name.slice(0, 100)}'. There are ${known.slice(0, 20).join(', ')}.`, {
      details: { transformation: name.slice(0, 100), transformations: known.slice(0, 100) },
    })
  }

  /** A value made of others. @throws FeatureStoreError `TRANSFORMATION_FAILED`, naming the row, when the function throws or gives another kind */
  apply(name: string, values: readonly CellValue[], as: { readonly feature: string; readonly kind: ColumnKind; readonly row: number }): CellValue {
    let result: CellValue
    try {
      result = this.get(name)(values)
    } catch (cause) {
      throw failed(name, as, 'it threw', cause)
    }
    if (result === null || result === undefined || (typeof result === 'number' && Number.isNaN(result))) return null
    const is = as.kind === 'instant' ? result instanceof Date : typeof result === (as.kind === 'number' ? 'number' : as.kind === 'boolean' ? 'boolean' : 'string')
    if (!is) throw failed(name, as, `it gave a ${result instanceof Date ? 'date' : typeof result}`)
    return result
  }
}

function failed(name: string, as: { readonly feature: string; readonly kind: ColumnKind; readonly row: number }, what: string, cause?: unknown): FeatureStoreError {
  return new FeatureStoreError('TRANSFORMATION_FAILED', `Expected the transformation '${name}' to give the ${as.kind} '${as.feature}' in row ${as.row + 1}, but ${what}. Mend the function that is registered under that name.`, {
    details: { transformation: name, feature: as.feature, row: as.row + 1 }, ...(cause === undefined ? {} : { cause }),
  })
}
