import { type CellValue, type Column, type InstantColumn, parseInstant } from '@motadata/core'
import { DateParts, type FeatureColumn, type FeatureRow, type ModelState } from '@motadata/learn'
import { type BlockOffsets, type ColumnBlocks, type ColumnFeature, type EncodingOutcome, isMissing } from './column-feature.js'

/** What a `Date` can hold. */
const farthestInstantMs = 8.64e15

/** Parts of a date in UTC, such as the hour of the day and the day of the week; zeros where it is missing, and whether it was. */
export class InstantFeature implements ColumnFeature {
  readonly kind = 'instant'
  readonly denseColumnCount: number
  readonly sparseColumnCount = 0
  readonly sizeBytes = 0
  readonly #parts: DateParts

  constructor(parts = new DateParts()) {
    this.#parts = parts
    this.denseColumnCount = parts.columnCount + 1
  }

  get use(): string {
    return `instant: ${this.#parts.columnNames().join(', ')}`
  }

  featureColumns(source: string): FeatureColumn[] {
    const parts = this.#parts.columnNames().map((part): FeatureColumn => ({ name: `${source} ${part}`, source, kind: 'instant' }))
    return [...parts, { name: `${source} is missing`, source, kind: 'missing' }]
  }

  encodeColumn(column: Column): ColumnBlocks {
    const instants = (column as InstantColumn).values
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
    this.#parts.transformRow(instantMs, out, start)
    out[start + this.denseColumnCount - 1] = Number.isNaN(instantMs) ? 1 : 0
  }

  toState(): ModelState {
    return this.#parts.toState()
  }

  static load(state: ModelState): InstantFeature {
    return new InstantFeature(DateParts.load(state))
  }
}

/** Epoch milliseconds, or undefined for what is no instant. */
function instantOf(value: CellValue): number | undefined {
  const given = value instanceof Date ? value.getTime() : typeof value === 'string' ? parseInstant(value.trim()) : value
  return typeof given === 'number' && Math.abs(given) <= farthestInstantMs ? given : undefined
}
