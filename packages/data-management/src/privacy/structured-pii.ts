import { isIP } from 'node:net'
import { isGermanPensionNumber, isGermanTaxNumber, isIban, isLuhn } from './check-digits.js'
import type { PiiFinding, PiiKind } from './pii-kind.js'

interface Rule {
  readonly kind: PiiKind
  /** Global; takes time in proportion to the text. */
  readonly pattern: RegExp
  /** What the text must hold for the pattern to be tried at all. */
  readonly needs: RegExp
  /** Whether what the pattern took is what it looks like. */
  readonly accepts?: (taken: string, text: string, start: number) => boolean
}

const digitsOf = (text: string): string => text.replace(/\D/g, '')
const before = (text: string, start: number): string => text.slice(Math.max(0, start - 24), start)

const versionWord = /(?:version|release|build|firmware|ver\.?|\bv)\s*[:=]?\s*$/i
const phoneWord = /(?:tel(?:efon)?|phone|mobil(?:e|funk)?|handy|cell|call(?:back)?|fax|durchwahl|dw|ext(?:ension)?|rückruf|erreichbar(?: unter)?|reach(?:able)?(?: me)?(?: at| on)?|ring|anrufen|phone number|telefonnummer|rufnummer)[\s.:#=()-]{0,4}$/iu
const dateLike = /^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b/
const topLevel = 'com|net|org|de|at|ch|eu|uk|us|io|info|biz|fr|it|nl|es|pl|be|se|no|dk|fi|cz|ie|ca|au|in|jp|cn|edu|gov|mil|dev|cloud|local|localdomain|lan|corp|internal|intra|intranet|home|example|test|invalid'

/** In the order in which they claim a text: what an earlier one took no later one takes. */
const rules: readonly Rule[] = [
  { kind: 'email', needs: /@/, pattern: /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+'-]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}])/gu },
  {
    kind: 'iban', needs: /[A-Z]{2}\d{2}/, pattern: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g,
    accepts: (taken) => isIban(taken.replaceAll(' ', '')),
  },
  {
    kind: 'credit-card', needs: /\d{4}/, pattern: /(?<![\d.-])[2-6]\d{3}(?:[ -]?\d{2,6}){2,4}(?![\d-])/g,
    accepts(taken) {
      const digits = digitsOf(taken)
      return digits.length >= 13 && digits.length <= 19 && isLuhn(digits)
    },
  },
  { kind: 'ip', needs: /\d\.\d/, pattern: /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\.?\w)/g, accepts: (taken, text, start) => isIP(taken) === 4 && !versionWord.test(before(text, start)) },
  { kind: 'ip', needs: /:[0-9a-f]{0,4}:/i, pattern: /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])/gi, accepts: (taken) => taken.length > 3 && isIP(taken) === 6 },
  {
    kind: 'national-id', needs: /\d{2}/, pattern: /(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])/g, // of the United States: SSA, randomised since 2011
  },
  { kind: 'national-id', needs: /[A-D]/, pattern: /(?<![A-Za-z0-9])(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![A-Za-z0-9])/g }, // British national insurance: HMRC NIM39110
  { kind: 'national-id', needs: /\d{2}/, pattern: /(?<![\w.-])\d{2} ?\d{3} ?\d{3} ?\d{3}(?![\w-])/g, accepts: (taken) => isGermanTaxNumber(digitsOf(taken)) },
  { kind: 'national-id', needs: /\d{2}/, pattern: /(?<![\w-])\d{2} ?\d{6} ?[A-Z] ?\d{3}(?![\w-])/g, accepts: (taken) => isGermanPensionNumber(taken.replaceAll(' ', '')) },
  {
    kind: 'phone', needs: /\d{2}/, pattern: /(?<![\w.@/-])(?:\+|00|\()?\(?\d(?:[ ()./-]{0,3}\d){5,16}(?![\w@])/g,
    accepts(taken, text, start) {
      const count = digitsOf(taken).length
      if (count > 15 || dateLike.test(taken) || /^\d+\.\d+$/.test(taken)) return false
      const isNamed = phoneWord.test(before(text, start))
      if (taken.startsWith('+') || taken.startsWith('00') || taken.startsWith('(+')) return count >= 8
      if (isNamed) return count >= 5
      const isGrouped = /\d[ ()/-]+\d/.test(taken)
      if (/^\(?0[1-9]/.test(taken)) return count >= 8 && (isGrouped || /^01[5-7]\d{7,9}$/.test(taken)) // German: an area, then the number
      return /^\(?[2-9]\d{2}\)?[ .-]\d{3}[ .-]\d{4}$/.test(taken) // North American
    },
  },
  { kind: 'phone', needs: /\d{3}/, pattern: /(?<![\w.@/-])\d{3,5}(?![\w.@/-])/g, accepts: (_taken, text, start) => /(?:durchwahl|dw|ext(?:ension)?)[\s.:#=]{0,3}$/i.test(before(text, start)) },
  { kind: 'host', needs: /\./, pattern: new RegExp(`(?<![\\w.@/-])(?:[a-z0-9](?:[a-z0-9-]{0,62})\\.){1,8}(?:${topLevel})(?![\\w-])`, 'gi') },
  { kind: 'host', needs: /\/\//, pattern: new RegExp(`(?<=[a-z]://)(?:[a-z0-9](?:[a-z0-9-]{0,62})\\.){1,8}(?:${topLevel})(?![\\w-])`, 'gi') },
  { kind: 'host', needs: /\\\\/, pattern: /(?<=\\\\)[A-Za-z0-9][A-Za-z0-9.-]{1,62}(?=\\)/g },
  {
    // by its role and a number: SRV-DB01, lap-4711, DEBERNB0042
    kind: 'host', needs: /\d/, pattern: /(?<![\w.@/\\-])(?:[A-Za-z]{2,6}[-_]?)?(?:srv|server|host|laptop|lap|desktop|nb|ws|wks|vm|dc|sql|db|web|app|mail|exch|print|prn|switch|sw|rtr|fw|pc)[-_]?(?:[a-z]{2,8}[-_]?)?\d{1,5}(?![\w.-]*\w)/gi,
  },
]

/** Mail addresses, numbers and machines: what has a form. Sorted by where they begin; none overlaps another. */
export function findStructuredPii(text: string, claimed: readonly PiiFinding[] = []): PiiFinding[] {
  const found: PiiFinding[] = []
  const taken = [...claimed]
  for (const { kind, needs, pattern, accepts } of rules) {
    if (!needs.test(text)) continue
    for (const match of text.matchAll(pattern)) {
      const [start, end] = [match.index, match.index + match[0].length]
      if (taken.some((other) => start < other.end && other.start < end)) continue
      if (accepts && !accepts(match[0], text, start)) continue
      taken.push({ kind, start, end })
      found.push({ kind, start, end })
    }
  }
  return found.sort((a, b) => a.start - b.start)
}
