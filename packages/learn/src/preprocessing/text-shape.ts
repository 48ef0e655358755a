import { MLError } from '@motadata/core'
import type { DenseRows } from '../feature-matrix.js'

/** The most frequent words that only one of the two languages has; enough to tell them apart in a ticket of a line. */
const functionWords = {
  english: new Set('the and to is of not for on my it with have this please can when you are from but was after i we be has cannot'.split(' ')),
  german: new Set('der die das und ist nicht zu den mit bitte ich wir auf für im kann von ein eine wenn nach es sich auch bei seit keine wird'.split(' ')),
}

/** What a text looks like, whatever it says. */
export const textShapeColumns = [
  'characters', 'words', 'lines', 'digit-share', 'upper-case-share', 'punctuation-share', 'english-share', 'german-share',
] as const

/**
 * Length and look of a text: logarithms of its numbers of characters, words and lines (ln(1 + n)), the shares of its characters that
 * are digits, capital letters and punctuation, and the shares of its words that are English and German function words.
 *
 * @param text - null where it is missing: all zeros.
 * @param out - Eight numbers are written from `start` on, in the order of {@link textShapeColumns}.
 * @throws MLError `SHAPE_MISMATCH` when there is no room
 * @example
 * writeTextShape('VPN is down', new Float64Array(8)) // => 8
 */
export function writeTextShape(text: string | null, out: Float64Array | Float32Array, start = 0): number {
  const width = textShapeColumns.length
  if (start < 0 || start + width > out.length) throw new MLError('SHAPE_MISMATCH', `Expected room for ${width} numbers from ${start}, got an array of ${out.length}.`)
  out.fill(0, start, start + width)
  if (!text) return width
  let [characters, digits, capitals, marks, lines] = [0, 0, 0, 0, 1]
  for (const letter of text) {
    characters++
    if (letter === '\n') lines++
    else if (/\p{Nd}/u.test(letter)) digits++
    else if (/\p{Lu}/u.test(letter)) capitals++
    else if (/[\p{P}\p{S}]/u.test(letter)) marks++
  }
  const words = text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []
  const shareOf = (known: ReadonlySet<string>): number => (words.length === 0 ? 0 : words.filter((word) => known.has(word)).length / words.length)
  const shape = [
    Math.log1p(characters), Math.log1p(words.length), Math.log1p(lines), digits / characters, capitals / characters, marks / characters,
    shareOf(functionWords.english), shareOf(functionWords.german),
  ]
  out.set(shape, start)
  return width
}

/** {@link writeTextShape} of every text. @returns shape (rows, 8) */
export function textShapes(texts: readonly (string | null)[]): DenseRows {
  const columnCount = textShapeColumns.length
  const values = new Float32Array(texts.length * columnCount)
  texts.forEach((text, row) => writeTextShape(text, values, row * columnCount))
  return { rowCount: texts.length, columnCount, values }
}
