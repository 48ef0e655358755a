import { givenNameOf } from './given-names.js'
import type { PiiFinding } from './pii-kind.js'

const word = "(?:Mc|Mac|\\p{Lu}['’])?\\p{Lu}[\\p{Ll}\\p{M}'’]+(?:-\\p{Lu}[\\p{Ll}\\p{M}]+)?"
const particle = '(?:von der|von dem|van der|van den|von|van|de|zu|del|di|der|Mc|Mac|O’|O\')'
const gap = '[ \\t]+'

/** One or more capitalised words in a row, with what may stand between the parts of a name. */
const runPattern = new RegExp(`(?<![\\p{L}\\p{N}_@.-])${word}(?:${gap}(?:${particle}${gap}?)?(?:\\p{Lu}\\.${gap})?${word}){0,3}(?![\\p{L}\\p{N}_@])`, 'gu')
const titlePattern = /(?:^|[^\p{L}])(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herrn?|Frau|Hr|Fr|Sir|Madam)\.?[ \t]+(?:Dr\.[ \t]+|Prof\.[ \t]+)*$/u
/** A greeting before a name, or what a letter ends with. */
const greetingPattern = /(?:^|[^\p{L}])(?:hi|hello|hey|dear|hallo|liebe|lieber|guten (?:tag|morgen)|moin|servus|best regards|kind regards|regards|best|cheers|thanks|thank you|many thanks|viele grüße|beste grüße|mit freundlichen grüßen|freundliche grüße|liebe grüße|lg|vg|mfg|gruß|grüße|danke)[ \t]*[,!:–-]?\s*$/iu
const closingPattern = /(?:regards|cheers|thanks|thank you|danke|grüßen|grüße|gruß|lg|vg|mfg)[ \t]*[,!]?\s*$/iu
const rolePattern = /(?:^|[^\p{L}])(?:user|caller|employee|colleague|manager|contact|requester|requested by|reported by|opened by|assigned to|on behalf of|name is|i am|this is|asked|told|called|spoke (?:to|with)|benutzer|benutzerin|anwender|anwenderin|mitarbeiter|mitarbeiterin|kollege|kollegin|kollegen|ansprechpartner|ansprechpartnerin|kontakt|anrufer|anruferin|gemeldet von|gemeldet durch|im auftrag von|mein name ist|ich bin|hier ist|rückruf an|für den user)[ \t]*(?:[:=]|ist|is)?[ \t]*$/iu
/** What begins a sentence or names a thing, and is no name though it is capitalised. */
const commonWords = new Set(`the a an i it we you he she they this that these those my our your his her please can could would is are was were when where what why how if and or but not no yes on in at to for
from with after before since until as by new old error issue ticket incident request problem user users caller team service desk support manager server network printer laptop password account access mail email
outlook windows office excel word teams sharepoint vpn sap oracle citrix monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october
november december north south east west germany berlin london munich münchen hamburg köln der die das den dem des ein eine einen einem einer ich wir sie er es ihr mein meine unser unsere bitte kann könnte
ist sind war wenn wo was warum wie und oder aber nicht kein keine ja nein auf im am zu für von mit nach vor seit bis als bei neu neue alt alte fehler störung anfrage problem benutzer benutzerin
kollege kollegin drucker rechner konto zugang passwort kennwort netzwerk montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz mai juni juli oktober dezember herr herrn frau
dear hello hi hey hallo liebe lieber regards thanks danke gruß grüße guten tag morgen abend viele beste kind best sincerely freundliche freundlichen mit today yesterday heute gestern seitdem laut dank
microsoft google apple amazon adobe chrome firefox linux android cisco dell lenovo active directory exchange server one drive office`.split(/\s+/))

/**
 * Names of people: a given name that is known, with the capitalised words around it that belong to it; and capitalised words after a title, a
 * greeting or what introduces a person. No model: the same text always gives the same.
 *
 * @param claimed - What is something else already.
 */
export function findNames(text: string, claimed: readonly PiiFinding[] = []): PiiFinding[] {
  const found: PiiFinding[] = []
  for (const match of text.matchAll(runPattern)) {
    const name = nameIn(match[0], text.slice(Math.max(0, match.index - 40), match.index), text.slice(match.index + match[0].length, match.index + match[0].length + 24))
    if (!name) continue
    const [start, end] = [match.index + name.start, match.index + name.end]
    if (claimed.some((other) => start < other.end && other.start < end)) continue
    found.push({ kind: 'name', start, end })
  }
  return found
}

interface Part {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** The part of a run that is a name. */
function nameIn(run: string, before: string, after: string): { readonly start: number; readonly end: number } | undefined {
  const parts: Part[] = [...run.matchAll(new RegExp(word, 'gu'))].map((match) => ({ text: match[0], start: match.index, end: match.index + match[0].length }))
  while (parts.length > 0 && isCommon(parts[0]!)) parts.shift()
  const isTrimmed = parts.length > 0 && parts[0]!.start > 0
  const from = run.slice(0, parts[0]?.start ?? 0)
  const context = isTrimmed ? before + from : before
  while (parts.length > 0 && isCommon(parts.at(-1)!)) parts.pop()
  const [first, last] = [parts[0], parts.at(-1)]
  if (!first || !last) return undefined
  const whole = { start: first.start, end: last.end }
  if (titlePattern.test(context) && first.text.length > 1) return whole
  const isIntroduced = greetingPattern.test(context) || rolePattern.test(context)
  const given = parts.findIndex((part) => givenNameOf(part.text.split('-')[0]!) !== undefined)
  const isShort = parts.length <= 3
  const standsAlone = /^[ \t]*[.!]?(?:\r?\n|$)/.test(after)
  if (isShort && isIntroduced && ((closingPattern.test(context) && standsAlone) || /(?:[:=]|\bist|\bis)[ \t]*$/.test(context))) return whole
  if (isIntroduced && (given >= 0 || (parts.length >= 2 && parts.length <= 3 && rolePattern.test(context)))) return whole
  if (given < 0) return surnameFirst(parts, after)
  const isSure = givenNameOf(parts[given]!.text.split('-')[0]!) === 'name'
  if (parts.length > given + 1) return { start: parts[given]!.start, end: parts[Math.min(parts.length - 1, given + 2)]!.end }
  return isSure ? { start: parts[given]!.start, end: parts[given]!.end } : undefined
}

/** `Berg, Anna`: the run is the surname, a given name follows the comma; the given name is found as a run of its own. */
function surnameFirst(parts: readonly Part[], after: string): { readonly start: number; readonly end: number } | undefined {
  const next = /^,[ \t]+(\p{Lu}\p{Ll}+)/u.exec(after)?.[1]
  const last = parts.at(-1)!
  return next !== undefined && givenNameOf(next) === 'name' ? { start: last.start, end: last.end } : undefined
}

function isCommon({ text }: Part): boolean {
  return commonWords.has(text.toLowerCase())
}
