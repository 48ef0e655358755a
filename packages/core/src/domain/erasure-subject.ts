import { MLError } from '../errors/ml-error.js'

/** Whose data is to be erased: a person, known by texts that name them, or all that the tenant has. */
export type ErasureSubject = PersonSubject | { readonly kind: 'tenant' }

export interface PersonSubject {
  readonly kind: 'person'
  /** What names the person in data: a mail address, a login, a full name as it is written there, a number of personnel. */
  readonly identifiers: readonly string[]
}

const mostIdentifiers = 50
const [shortest, longest] = [4, 200]

/**
 * Checks a subject. Identifiers are trimmed and named once each. One of fewer than four characters is refused: it would be found in what
 * concerns others.
 *
 * @throws MLError `INPUT_INVALID`; the message never holds an identifier
 * @example
 * parseErasureSubject({ kind: 'person', identifiers: [' anna.berg@acme.example '] }) // => { kind: 'person', identifiers: ['anna.berg@acme.example'] }
 */
export function parseErasureSubject(value: unknown): ErasureSubject {
  const { kind, identifiers } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Omit<PersonSubject, 'kind'>> & { readonly kind?: unknown }
  if (kind === 'tenant') return { kind }
  if (kind !== 'person') throw invalid('subject.kind', "'person' or 'tenant'", typeof kind === 'string' ? 'another word' : typeof kind)
  if (!Array.isArray(identifiers) || identifiers.length === 0 || identifiers.length > mostIdentifiers) {
    throw invalid('subject.identifiers', `a list of 1 to ${mostIdentifiers} texts`, Array.isArray(identifiers) ? `${identifiers.length}` : typeof identifiers)
  }
  const trimmed = identifiers.map((identifier: unknown, at) => {
    const text = typeof identifier === 'string' && identifier.isWellFormed() ? identifier.trim() : ''
    const length = [...text].length
    if (length >= shortest && length <= longest) return text
    throw invalid(`subject.identifiers[${at}]`, `a text of ${shortest} to ${longest} characters`, typeof identifier === 'string' ? `one of ${length}` : typeof identifier)
  })
  return { kind, identifiers: [...new Set(trimmed)] }
}

function invalid(field: string, expected: string, received: string): MLError {
  return new MLError('INPUT_INVALID', `Expected ${field} to be ${expected}, got ${received}.`, { details: { field, expected, received } })
}
