import type { ErasureSubject } from './erasure-subject.js'

/**
 * Whether something names the subject of an erasure. Every owner of data asks the same matcher, so that all erase and scan alike.
 *
 * Texts are compared without regard to case, in Unicode's composed form. An identifier has to stand by itself: `anna.berg@acme.example` is not
 * found in `hanna.berg@acme.example`. Of a tenant's subject everything is found.
 */
export interface SubjectMatcher {
  /** The identifiers as texts are compared: composed, in lower case. Empty for a tenant. */
  readonly terms: readonly string[]
  matches(text: string): boolean
  /** Looks through all texts of a JSON value, names of fields too. */
  matchesJson(value: unknown): boolean
  /**
   * Looks through bytes as UTF-8; what is compressed has to be unpacked before. Here an identifier need not stand by itself: packed texts have no
   * space between them, and their lengths may look like letters.
   */
  matchesBytes(bytes: Uint8Array): boolean
}

const bytesAtOnce = 1_048_576
const wordCharacter = /[\p{L}\p{N}]/u

/** @example createSubjectMatcher({ kind: 'person', identifiers: ['Anna Berg'] }).matches('call ANNA BERG back') // => true */
export function createSubjectMatcher(subject: ErasureSubject): SubjectMatcher {
  if (subject.kind === 'tenant') return { terms: [], matches: () => true, matchesJson: () => true, matchesBytes: () => true }
  const terms = subject.identifiers.map(comparable)
  const matches = (text: string): boolean => {
    const compared = comparable(text)
    return terms.some((term) => standsIn(compared, term))
  }
  const matchesJson = (value: unknown): boolean => {
    if (typeof value === 'string') return matches(value)
    if (typeof value === 'number') return matches(String(value))
    if (typeof value !== 'object' || value === null) return false
    if (Array.isArray(value)) return value.some(matchesJson)
    return Object.entries(value).some(([name, item]) => matches(name) || matchesJson(item))
  }
  // an identifier is at most 200 characters of up to four bytes, with one character more at either end
  const overlap = 1_024
  const matchesBytes = (bytes: Uint8Array): boolean => {
    const decoder = new TextDecoder()
    for (let start = 0; start < bytes.length; start += bytesAtOnce) {
      const compared = comparable(decoder.decode(bytes.subarray(Math.max(0, start - overlap), start + bytesAtOnce)))
      if (terms.some((term) => compared.includes(term))) return true
    }
    return false
  }
  return { terms, matches, matchesJson, matchesBytes }
}

function comparable(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

function standsIn(text: string, term: string): boolean {
  for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + 1)) {
    const after = at + term.length
    const isOpenBefore = at > 0 && wordCharacter.test(term[0]!) && endsInWord(text, at)
    const isOpenAfter = after < text.length && wordCharacter.test(term.at(-1)!) && wordCharacter.test(String.fromCodePoint(text.codePointAt(after)!))
    if (!isOpenBefore && !isOpenAfter) return true
  }
  return false
}

/** Whether what stands before a place is a letter or digit, which may be two units long. */
function endsInWord(text: string, at: number): boolean {
  const unit = text.charCodeAt(at - 1)
  const isLow = unit >= 0xdc00 && unit <= 0xdfff
  return wordCharacter.test(text.slice(isLow ? at - 2 : at - 1, at))
}
