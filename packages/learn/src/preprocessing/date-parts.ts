import { MLError } from '@motadata/core'
import type { DenseRows } from '../feature-matrix.js'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'

const format = 'date-parts/1'
const dayMs = 86_400_000
const largestOffsetMinutes = 18 * 60

/** Parts that can be taken of an instant, and the columns each becomes. Parts that come round have a sine and a cosine. */
const columnsOfPart = {
  'hour-of-day': ['hour-of-day-sin', 'hour-of-day-cos'],
  'day-of-week': ['day-of-week-sin', 'day-of-week-cos'],
  'day-of-month': ['day-of-month-sin', 'day-of-month-cos'],
  'month-of-year': ['month-of-year-sin', 'month-of-year-cos'],
  weekend: ['weekend'],
  year: ['year'],
} as const

export type DatePart = keyof typeof columnsOfPart
export const dateParts = Object.keys(columnsOfPart) as readonly DatePart[]

export interface DatePartsOptions {
  /** Default: all but the year, which a model can not follow into years it has not seen. */
  readonly parts?: readonly DatePart[]
  /** Minutes that local time is ahead of UTC, −1080 to 1080; 0 when absent. Daylight saving is not followed. */
  readonly utcOffsetMinutes?: number
}

/**
 * Makes numbers of instants: hour and weekday as points on a circle, so that 23:59 lies next to 0:00. A missing instant (NaN) is 0 in
 * every column, the middle of the circle. The year counts from 2000; the calendar is the Gregorian one throughout.
 *
 * @throws MLError `HYPERPARAMETER_INVALID`
 * @example
 * new DateParts({ parts: ['weekend'] }).transform(Float64Array.of(Date.UTC(2026, 0, 3))).values[0] // => 1
 */
export class DateParts {
  readonly format = format
  readonly parts: readonly DatePart[]
  readonly utcOffsetMinutes: number

  constructor(options: DatePartsOptions = {}) {
    const { parts = dateParts.filter((part) => part !== 'year'), utcOffsetMinutes = 0 } = options
    if (!isParts(parts)) {
      const expected = `different parts out of ${dateParts.join(', ')}`
      throw new MLError('HYPERPARAMETER_INVALID', `Expected ${expected} for DateParts, got ${String(parts).slice(0, 100)}.`)
    }
    if (!isOffset(utcOffsetMinutes)) {
      throw new MLError(
        'HYPERPARAMETER_INVALID',
        `Expected whole utcOffsetMinutes of DateParts from -${largestOffsetMinutes} to ${largestOffsetMinutes}, got ${utcOffsetMinutes}.`,
      )
    }
    this.parts = [...parts]
    this.utcOffsetMinutes = utcOffsetMinutes
  }

  get columnCount(): number {
    return this.parts.reduce((count, part) => count + columnsOfPart[part].length, 0)
  }

  columnNames(): string[] {
    return this.parts.flatMap((part) => [...columnsOfPart[part]])
  }

  /**
   * @param instants - Epoch milliseconds, NaN where one is missing, shape (rows,).
   * @returns shape (rows, columnCount)
   * @throws MLError `VALUE_NOT_FINITE` for infinities
   */
  transform(instants: Float64Array): DenseRows {
    const columnCount = this.columnCount
    const values = new Float32Array(instants.length * columnCount)
    for (let row = 0; row < instants.length; row++) this.transformRow(instants[row], values, row * columnCount)
    return { rowCount: instants.length, columnCount, values }
  }

  /**
   * One instant, written from `start` on; allocates nothing.
   *
   * @param epochMs - Epoch milliseconds, NaN when missing.
   * @returns How many numbers were written.
   * @throws MLError `SHAPE_MISMATCH` when there is no room, `VALUE_NOT_FINITE` for infinities
   */
  transformRow(epochMs: number, out: Float64Array | Float32Array, start = 0): number {
    if (start + this.columnCount > out.length) {
      throw new MLError('SHAPE_MISMATCH', `Expected room for ${this.columnCount} numbers from ${start}, got an array of ${out.length}.`)
    }
    if (epochMs === Infinity || epochMs === -Infinity) {
      throw new MLError('VALUE_NOT_FINITE', `Expected epoch milliseconds or NaN, got ${epochMs}.`)
    }
    if (Number.isNaN(epochMs)) {
      out.fill(0, start, start + this.columnCount)
      return this.columnCount
    }
    const localMs = epochMs + this.utcOffsetMinutes * 60_000
    const days = Math.floor(localMs / dayMs)
    const weekday = (((days + 4) % 7) + 7) % 7 // 1970-01-01 was a Thursday; Sunday is 0
    // Days to year, month and day: Hinnant, "chrono-compatible low-level date algorithms", years beginning in March.
    const era = Math.floor((days + 719_468) / 146_097)
    const dayOfEra = days + 719_468 - era * 146_097
    const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096)
    const yearOfEra = Math.floor((dayOfEra - leapDays) / 365)
    const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
    const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
    const month = (marchMonth + 2) % 12 // January is 0
    const dayOfMonth = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) // the first is 0
    let next = start
    for (let i = 0; i < this.parts.length; i++) {
      const part = this.parts[i]
      if (part === 'weekend') out[next++] = weekday === 0 || weekday === 6 ? 1 : 0
      else if (part === 'year') out[next++] = yearOfEra + era * 400 + (month < 2 ? 1 : 0) - 2000
      else {
        const turn = part === 'hour-of-day' ? localMs / dayMs - days
          : part === 'day-of-week' ? weekday / 7
            : part === 'day-of-month' ? dayOfMonth / 31 : month / 12
        out[next++] = Math.sin(2 * Math.PI * turn)
        out[next++] = Math.cos(2 * Math.PI * turn)
      }
    }
    return next - start
  }

  toState(): ModelState {
    return { format, json: { parts: [...this.parts], utcOffsetMinutes: this.utcOffsetMinutes }, tensors: {} }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): DateParts {
    const reader = new ModelStateReader(state, format)
    return new DateParts({
      parts: reader.json('parts', `different parts out of ${dateParts.join(', ')}`, isParts),
      utcOffsetMinutes: reader.json('utcOffsetMinutes', 'minutes', isOffset),
    })
  }
}

const isOffset = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= largestOffsetMinutes

function isParts(value: unknown): value is readonly DatePart[] {
  return Array.isArray(value) && new Set(value).size === value.length && value.every((part) => dateParts.includes(part as DatePart))
}
