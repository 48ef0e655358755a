import type { TextProfile } from '@motadata/core'
import { findPii } from '../privacy/find-pii.js'
import { languageOf } from './language.js'

/** Languages of texts, and what personal data they hold, as shares; none for no texts. */
export function textProfileOf(texts: readonly string[]): Pick<TextProfile, 'languages' | 'personalData' | 'sampled'> {
  const languages = new Map<string, number>()
  const personalData = new Map<string, number>()
  const count = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1)
  for (const text of texts) {
    count(languages, languageOf(text))
    for (const kind of new Set(findPii(text.slice(0, 10_000)).map((finding) => finding.kind))) count(personalData, kind)
  }
  const shares = (counts: ReadonlyMap<string, number>): Record<string, number> => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, found]) => [key, found / texts.length]))
  return { languages: shares(languages), personalData: shares(personalData), sampled: texts.length }
}
