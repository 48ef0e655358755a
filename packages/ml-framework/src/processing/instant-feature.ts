import { type CellValue, type Column, parseInstant } from '@motadata/core'
import { DateParts, type FeatureColumn, type FeatureRow, type ModelState } from '@motadata/learn'
import { type BlockOffsets, type ColumnBlocks, type ColumnFeature, type EncodingOutcome, isMissing } from './column-feature.js'
import { stateDamaged } from './nested-state.js'

const format = 'instant-feature/1'

/** Parts of a date in UTC, such as the hour of the day and the day of the week; zeros where it is missing, and whether it was. */
export class InstantFeature implements ColumnFeature {
  readonly kind = 'instant'
  readonly denseColumnCount: number
  readonly sparseColumnCount = 0
  readonly #parts = new DateParts()

  constructor() {
    this.denseColumnCount = this.#parts.columnCount + 1
  }

  readonly sizeBytes = 0

  get use(): string {
    return `instant: ${this.#parts.columnNames().join(', ')}`
  }

  featureColumns(source: string): FeatureColumn[] {
    const parts = this.#parts.columnNames().map((part): FeatureColumn => ({ name: `${source} ${part}`, source, kind: 'instant' }))
    return [...parts, { name: `${source} is missing`, source, kind: 'missing' }]
  }

  encodeColumn(column: Column): ColumnBlocks {
    const instants = (column as Extract<Column, { kind: 'instant' }>).values
    const width = this.denseColumnCount
    const values = new Float32Array(instants.length * width)
    for (let row = 0; row < instants.length; row++) this.#encode(instants[row]!, values, row * width)
    return { dense: { rowCount: instants.length, columnCount: width, values } }
  }

  encodeValue(value: CellValue | undefined, row: FeatureRow, offsets: BlockOffsets): EncodingOutcome {
    const instantMs = isMissing(value) ? Number.NaN : instantOf(value)
    if (instantMs === undefined) return 'invalid'
    this.#encode(instantMs, row.dense, offsets.dense)
    return 'encoded'
  }

  #encode(instantMs: number, out: Float32Array, start: number): void {
    const missing = Number.isNaN(instantMs)
    if (missing) out.fill(0, start, start + this.denseColumnCount)
    else this.#parts.transformRow(instantMs, out, start)
    out[start + this.denseColumnCount - 1] = missing ? 1 : 0
  }

  toState(): ModelState {
    return { format, json: { parts: this.#parts.columnNames() }, tensors: {} }
  }

  static load(state: ModelState): InstantFeature {
    const feature = new InstantFeature()
    const expected = JSON.stringify(feature.toState().json)
    if (state.format !== format || JSON.stringify(state.json) !== expected) throw stateDamaged(`'${format}' with ${expected}`, 'another state')
    return feature
  }
}

/** Epoch milliseconds, or undefined for what is no instant. */
function instantOf(value: CellValue): number | undefined {
  const instantMs = value instanceof Date ? value.getTime() : typeof value === 'string' ? parseInstant(value.trim()) : typeof value === 'number' ? value : Number.NaN
  return Number.isFinite(instantMs) && Math.abs(instantMs) <= 8.64e15 ? instantMs : undefined
}
