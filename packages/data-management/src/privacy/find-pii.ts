import { findNames } from './find-names.js'
import type { PiiFinding, PiiKind } from './pii-kind.js'
import { findStructuredPii } from './structured-pii.js'

/** A token that a redaction put there is no personal data. */
export const tokenPattern = /(?<![\p{L}\p{N}_])(?:NAME|EMAIL|PHONE|IP|HOST|CARD|IBAN|NATIONALID)_[a-z2-7]{16}(?![\p{L}\p{N}_])/gu

export interface PiiOptions {
  /** Default all. */
  readonly kinds?: readonly PiiKind[]
}

/**
 * Personal data in a text, English or German: names, mail addresses, phone numbers, addresses and names of machines, card numbers, IBANs and national
 * ids (of the United States, Britain and Germany). Numbers with check digits are checked. By rules and lists, on this machine, without a model: the same
 * text always gives the same findings. Text that was redacted gives none.
 *
 * How much is found and how much of it is right stands in docs/components/data-management.md; no finder finds everything.
 *
 * @returns where they are, in their order; none overlaps another
 * @example
 * findPii('Anna Berg (anna.berg@acme.example) has no VPN').map(({ kind }) => kind) // => ['name', 'email']
 */
export function findPii(text: string, { kinds }: PiiOptions = {}): PiiFinding[] {
  const tokens = text.includes('_') ? [...text.matchAll(tokenPattern)].map((match): PiiFinding => ({ kind: 'name', start: match.index, end: match.index + match[0].length })) : []
  const structured = findStructuredPii(text, tokens)
  const found = [...structured, ...findNames(text, [...tokens, ...structured])].sort((a, b) => a.start - b.start)
  return kinds === undefined ? found : found.filter(({ kind }) => kinds.includes(kind))
}
