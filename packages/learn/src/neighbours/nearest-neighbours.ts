import { MLError } from '@motadata/core'
import type { FeatureMatrix } from '../feature-matrix.js'
import type { FeatureRow } from '../feature-row.js'
import { checkPredictionMatrix, checkPredictionRow, expectEqual, type FeatureWidths } from '../input-check.js'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState, Tensor } from '../model-state.js'
import { BestRows } from './best-rows.js'
import { cosine } from './neighbour-search.js'
import { type AttributeColumn, type NeighbourFilter, rowTest } from './row-filter.js'
import { RowStore } from './row-store.js'

const format = 'nearest-neighbours/1'
// Constants of this module: in a `vm` context, as test runners use, every look at a global is slow.
const { fround, min, sqrt } = Math

/** Rows to find. */
export interface NeighbourRows {
  readonly X: FeatureMatrix
  /** Names of the rows, all different, also from those that are there. */
  readonly ids: readonly string[]
  /** Milliseconds since 1970, shape (rows,); NaN for none. */
  readonly times?: Float64Array
  /** What to filter by: of each attribute a value a row, undefined for none. */
  readonly attributes?: Readonly<Record<string, readonly (string | undefined)[]>>
}

export interface NeighbourQuery extends NeighbourFilter {
  /** How many, at most. 10 when absent. */
  readonly count?: number
  /** Only rows of a higher score. 0 when absent: rows that have nothing in common with the query are no neighbours. */
  readonly above?: number
}

export interface Neighbour {
  readonly id: string
  /** Number of the row, in the order in which rows came. */
  readonly row: number
  /** Cosine of the angle between the rows, −1 to 1. */
  readonly score: number
}

/**
 * Finds the rows most like a row, by the cosine of the angle between them: similar tickets, articles that may help. Exact: every row that
 * passes the filter is compared, sparse ones through an inverted index, so a query costs the rows' values in the columns of the query,
 * and one look at each row's score. There is no training; rows are added at any time, and rows that came first stand first where scores
 * are equal.
 *
 * A row without features, as an empty text has, has no angle: as a query it finds nothing, and it is found by none.
 *
 * @example
 * const index = new NearestNeighbours({ denseCount: 0, sparseCount: vectorizer.columnCount })
 * index.append({ X: { rowCount: 2, sparse }, ids: ['INC1', 'INC2'], attributes: { site: ['Oslo', 'Bergen'] } })
 * index.query(row, { count: 5, where: { site: 'Oslo' } })[0] // => { id: 'INC1', row: 0, score: 0.71 }
 */
export class NearestNeighbours {
  readonly format = format
  readonly widths: FeatureWidths
  #store: RowStore
  readonly #ids: string[] = []
  readonly #rowOfId = new Map<string, number>()
  readonly #times: number[] = []
  readonly #attributes = new Map<string, AttributeColumn>()
  #products = new Float64Array(0)

  constructor(widths: FeatureWidths) {
    this.widths = { denseCount: widths.denseCount, sparseCount: widths.sparseCount }
    this.#store = new RowStore(this.widths)
  }

  get rowCount(): number {
    return this.#store.rowCount
  }

  /** Bytes it keeps in memory. */
  get sizeBytes(): number {
    const names = this.#ids.reduce((sum, id) => sum + 2 * id.length + 64, 0)
    return this.#store.sizeBytes + this.#products.byteLength + names + 8 * this.rowCount * (1 + this.#attributes.size)
  }

  has(id: string): boolean {
    return this.#rowOfId.has(id)
  }

  /**
   * Adds rows behind those that are there; all of them or, when something is wrong, none. It costs a pass over the new rows, and over
   * each older row a few times in the life of an index.
   *
   * @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`, `INPUT_INVALID` for an id that is there already
   */
  append({ X, ids, times, attributes = {} }: NeighbourRows): void {
    checkPredictionMatrix(X, this.widths)
    expectEqual('ids, one a row', X.rowCount, ids.length)
    if (times) expectEqual('times, one a row', X.rowCount, times.length)
    for (const [name, values] of Object.entries(attributes)) expectEqual(`values of the attribute '${name.slice(0, 100)}', one a row`, X.rowCount, values.length)
    const fresh = new Set(ids)
    const known = ids.find((id) => this.#rowOfId.has(id))
    if (known !== undefined || fresh.size !== ids.length) {
      throw new MLError('INPUT_INVALID', `Expected ids that are all different and not there yet, got ${known === undefined ? 'one twice' : `'${known.slice(0, 100)}' again`}.`)
    }
    const before = this.rowCount
    this.#store.append(X)
    this.#products = new Float64Array(0)
    ids.forEach((id, at) => {
      this.#ids.push(id)
      this.#rowOfId.set(id, before + at)
      this.#times.push(times?.[at] ?? Number.NaN)
    })
    for (const name of Object.keys(attributes)) this.#column(name, before)
    for (const [name, column] of this.#attributes) {
      const values = Object.hasOwn(attributes, name) ? attributes[name] : undefined
      for (let at = 0; at < ids.length; at++) column.codes.push(codeOf(column, values?.[at]))
    }
  }

  /**
   * The most similar rows, the best first.
   *
   * @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`, `INPUT_INVALID` for a count that is no whole number above 0, or an attribute
   *   that no rows have
   */
  query(row: FeatureRow, query: NeighbourQuery = {}): Neighbour[] {
    const { count = 10, above = 0 } = query
    checkPredictionRow(row, this.widths)
    if (!Number.isInteger(count) || count < 1) throw new MLError('INPUT_INVALID', `Expected a whole number of neighbours above 0, got ${count}.`)
    const isFiltered = query.where !== undefined || query.after !== undefined || query.before !== undefined
    const passes = isFiltered ? rowTest(query, this.#attributes, this.#times) : undefined
    const length = lengthOf(row)
    if (length === 0) return []
    if (this.#products.length < this.rowCount) this.#products = new Float64Array(this.rowCount)
    const products = this.#products
    this.#store.multiply(row.dense, 0, row.sparseIndices, row.sparseValues, 0, row.sparseCount, products)
    const best = new BestRows(min(count, this.rowCount))
    for (let at = 0; at < this.rowCount; at++) {
      // As exact as the data is: rows of one direction have one score, whatever their lengths.
      const score = fround(cosine(products[at], length, this.#store.lengthOf(at)))
      if (score > above && this.#store.lengthOf(at) > 0 && (passes === undefined || passes(at))) best.offer(at, score)
    }
    best.sort()
    return Array.from({ length: best.count }, (_, place) => ({ id: this.#ids[best.row(place)], row: best.row(place), score: min(best.score(place), 1) }))
  }

  toState(): ModelState {
    const { rowCount } = this
    const names = [...this.#attributes.keys()]
    const tensors: Record<string, Tensor> = {
      ...this.#store.toTensors(),
      // NaN, a row without a time, is not a number that is stored.
      times: { dtype: 'F64', shape: [rowCount], data: Float64Array.from(this.#times, (time) => (Number.isFinite(time) ? time : 0)) },
      hasTime: { dtype: 'U8', shape: [rowCount], data: Uint8Array.from(this.#times, (time) => (Number.isFinite(time) ? 1 : 0)) },
    }
    names.forEach((name, at) => (tensors[`attribute${at}`] = { dtype: 'I32', shape: [rowCount], data: Int32Array.from(this.#attributes.get(name)!.codes) }))
    return {
      format,
      json: {
        denseCount: this.widths.denseCount, sparseCount: this.widths.sparseCount, ids: [...this.#ids], attributes: names,
        attributeValues: names.map((name) => [...this.#attributes.get(name)!.values]),
      },
      tensors,
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): NearestNeighbours {
    const reader = new ModelStateReader(state, format)
    const index = new NearestNeighbours(reader.widths())
    const ids = reader.strings('ids', 0)
    const names = reader.strings('attributes', 0)
    const values = reader.json('attributeValues', 'a list of lists of strings', isLists)
    if (values.length !== names.length) throw reader.fail('values for every attribute', `${values.length}`)
    index.#store = RowStore.read(reader, ids.length)
    const times = reader.tensor('times', 'F64', [ids.length])
    const hasTime = reader.tensor('hasTime', 'U8', [ids.length])
    ids.forEach((id, row) => {
      index.#ids.push(id)
      index.#rowOfId.set(id, row)
      index.#times.push(hasTime[row] === 1 ? times[row] : Number.NaN)
    })
    names.forEach((name, at) => {
      const codes = reader.tensor(`attribute${at}`, 'I32', [ids.length])
      const beyond = codes.find((code) => code < -1 || code >= values[at].length)
      if (beyond !== undefined) throw reader.fail(`codes of '${name.slice(0, 60)}' below ${values[at].length}`, `${beyond}`)
      index.#attributes.set(name, { values: [...values[at]], codeOf: new Map(values[at].map((value, code) => [value, code])), codes: [...codes] })
    })
    return index
  }

  /** The column of an attribute, made when it is new: rows that are there have no value of it. */
  #column(name: string, rowCount: number): void {
    if (this.#attributes.has(name)) return
    this.#attributes.set(name, { values: [], codeOf: new Map(), codes: new Array<number>(rowCount).fill(-1) })
  }
}

function codeOf(column: AttributeColumn, value: string | undefined): number {
  if (value === undefined) return -1
  const known = column.codeOf.get(value)
  if (known !== undefined) return known
  column.codeOf.set(value, column.values.length)
  return column.values.push(value) - 1
}

function lengthOf(row: FeatureRow): number {
  let squares = 0
  for (const value of row.dense) squares += value * value
  for (let i = 0; i < row.sparseCount; i++) squares += row.sparseValues[i] ** 2
  return sqrt(squares)
}

const isLists = (value: unknown): value is readonly (readonly string[])[] =>
  Array.isArray(value) && value.every((list) => Array.isArray(list) && list.every((item) => typeof item === 'string') && new Set(list).size === list.length)
