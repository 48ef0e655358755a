import { type ColumnKind, inferColumnKind, parseInstant, parseNumber } from '@motadata/core'
import { type ConvertedKind, convertedKinds } from './kind-sql.js'

const categoryLimit = 1_000
const categoryMaximumLength = 100

/**
 * What the values of a column seen so far say about its kind: the same as `inferColumnKind` of core says of all of them together. Since no value
 * is of two of the kinds number, boolean and instant, its first value leaves one candidate or none.
 */
export class ColumnEvidence {
  readonly name: string
  readonly declared: ColumnKind | undefined
  /** What its values might all be; 'unknown' before the first. */
  candidate: ConvertedKind | 'none' | 'unknown'
  /** How many of its texts are counted. */
  present = 0
  /** Its different texts, as long as it may be a category. Not counted while there is a candidate. */
  #distinct: Set<string> | undefined = new Set()

  /** @param textual - Whether its texts are texts, whatever they spell. */
  constructor(name: string, declared: ColumnKind | undefined, textual: boolean) {
    this.name = name
    this.declared = declared
    this.candidate = declared === undefined ? (textual ? 'none' : 'unknown') : convertedKinds.find((kind) => kind === declared) ?? 'none'
    if (declared !== undefined) this.#distinct = undefined
  }

  /** Whether another source of rows could change how earlier ones are stored. */
  get isOpen(): boolean {
    return this.declared === undefined && this.candidate !== 'none'
  }

  get isCounted(): boolean {
    return this.candidate === 'none' && this.#distinct !== undefined
  }

  get hasCounted(): boolean {
    return this.present > 0
  }

  /** The texts that are still counted as different at most. */
  static readonly countedTexts = categoryLimit + 1
  /** How much of a text must be seen to know that it is too long. */
  static readonly countedLength = categoryMaximumLength + 1

  begin(firstValue: string): void {
    this.candidate = convertedKindOf(firstValue) ?? 'none'
  }

  /** Takes different texts of some rows. */
  count(texts: readonly string[]): void {
    const distinct = this.#distinct
    if (distinct === undefined) return
    for (const text of texts) {
      distinct.add(text)
      if (text.length > categoryMaximumLength || distinct.size > categoryLimit) return void (this.#distinct = undefined)
    }
  }

  /** What the column is, once all of its values have been seen. */
  get kind(): ColumnKind {
    if (this.declared !== undefined) return this.declared
    if (this.candidate === 'unknown') return 'text'
    if (this.candidate !== 'none') return this.candidate
    return this.#distinct !== undefined && this.present > 0 && this.#distinct.size * 2 <= this.present ? 'category' : 'text'
  }
}

/** The one kind that a text spells a value of; undefined where it is just text. */
export function convertedKindOf(text: string): ConvertedKind | undefined {
  const kind = inferColumnKind([text])
  return convertedKinds.find((converted) => converted === kind)
}

/** The value that a text says of a kind, as the engine takes it; undefined where it says none. */
export function convertText(kind: ConvertedKind, text: string): number | boolean | undefined {
  const trimmed = text.trim()
  if (kind === 'boolean') return /^(?:true|false)$/i.test(trimmed) ? trimmed.toLowerCase() === 'true' : undefined
  const value = kind === 'number' ? parseNumber(trimmed) : parseInstant(trimmed)
  return Number.isFinite(value) ? value : undefined
}
