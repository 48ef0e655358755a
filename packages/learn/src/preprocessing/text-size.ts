import { MLError } from '@motadata/core'
import type { Analyzer } from './term-hash.js'
import type { NgramRange } from './vectorizer-options.js'

/** What terms are made of. */
export interface TermChoice {
  readonly analyzer: Analyzer
  readonly ngramRange: NgramRange
}

/** The most terms that a text of so many code units may have: a word has two and one behind it; it has a space before and behind. */
export function mostTerms(unitCount: number, { analyzer, ngramRange: [shortest, longest] }: TermChoice): number {
  const words = Math.floor((unitCount + 1) / 3)
  return (analyzer === 'words' ? words : unitCount + words + 1) * (longest - shortest + 1)
}

/** @throws MLError `INPUT_INVALID` for what is not text */
export function countUnits(texts: ArrayLike<string | null>): { readonly unitCount: number; readonly longestText: number } {
  let [unitCount, longestText] = [0, 0]
  for (let row = 0; row < texts.length; row++) {
    const text: unknown = texts[row]
    if (text === null || text === undefined) continue
    if (typeof text !== 'string') throw new MLError('INPUT_INVALID', `Expected text or null, got a ${typeof text}.`)
    unitCount += text.length
    longestText = Math.max(longestText, text.length)
  }
  return { unitCount, longestText }
}
