import {
  createSubjectMatcher, type Erasable, type ErasureFinding, type ErasureSubject, type IdSource, platformContext, type RequestContext, sha256,
} from '@motadata/core'
import { platformTenantId } from '../keys/platform-tenant.js'
import type { CredentialErasure } from '../storage/credential-erasure.js'
import type { Tenants } from '../tenants.js'

interface Collaborators {
  readonly credentials: CredentialErasure
  readonly tenants: Pick<Tenants, 'suspend'>
  readonly ids: IdSource
}

const eventsAtOnce = 500
const erasedName = 'erased'
const auditReason = 'An audit trail is a chain of hashes that no one may change.'
const refusalReason = 'Without it a token that was refused would be taken again.'

/**
 * Erases what credentials say of people. A person's name in the name of a key is replaced; what refuses tokens, and the audit trail, have to be
 * kept. A tenant is suspended and loses its keys.
 */
export function createAccessErasable({ credentials, tenants, ids }: Collaborators): Erasable {
  return {
    owner: 'access',
    scan: (context, subject) => (subject.kind === 'tenant' ? scanTenant(credentials, context) : scanPerson(credentials, context, subject)),
    async erase(context, subject) {
      if (subject.kind === 'tenant') {
        await tenants.suspend(platformContext(platformTenantId, ids.next()), context.tenantId)
        await credentials.deleteAll(context.tenantId)
        return []
      }
      const matcher = createSubjectMatcher(subject)
      for (const { id, name } of await credentials.keyNames(context.tenantId)) if (matcher.matches(name)) await credentials.rename(context.tenantId, id, erasedName)
      return []
    },
  }
}

async function* scanTenant(credentials: CredentialErasure, context: RequestContext): AsyncGenerator<ErasureFinding> {
  for (const { id } of await credentials.keyNames(context.tenantId)) yield { kind: 'api-key', name: id, count: 1, effect: 'erase' }
  for (const { kind, value } of await credentials.refusedTokens(context.tenantId)) yield { kind: 'token-revocation', name: nameOf(kind, value), count: 1, effect: 'erase' }
  let count = 0
  for await (const _ of auditEvents(credentials, context)) count++
  if (count > 0) yield { kind: 'audit-event', name: 'trail', count, effect: 'retain', reason: auditReason }
  yield { kind: 'tenant', name: context.tenantId, count: 1, effect: 'retain', reason: 'Its id stays suspended, so that nobody gets it again.' }
}

async function* scanPerson(credentials: CredentialErasure, context: RequestContext, subject: ErasureSubject): AsyncGenerator<ErasureFinding> {
  const matcher = createSubjectMatcher(subject)
  for (const { id, name } of await credentials.keyNames(context.tenantId)) if (matcher.matches(name)) yield { kind: 'api-key-name', name: id, count: 1, effect: 'erase' }
  for (const { kind, value } of await credentials.refusedTokens(context.tenantId)) {
    if (matcher.matches(value)) yield { kind: 'token-revocation', name: nameOf(kind, value), count: 1, effect: 'retain', reason: refusalReason }
  }
  let count = 0
  for await (const { texts } of auditEvents(credentials, context)) if (texts.some((text) => matcher.matches(text))) count++
  if (count > 0) yield { kind: 'audit-event', name: 'trail', count, effect: 'retain', reason: auditReason }
}

async function* auditEvents(credentials: CredentialErasure, context: RequestContext): AsyncGenerator<{ readonly texts: readonly string[] }> {
  for (let after = 0; ;) {
    const page = await credentials.auditTexts(context.tenantId, { after, limit: eventsAtOnce })
    yield* page
    if (page.length < eventsAtOnce) return
    after = page.at(-1)!.number
  }
}

/** A subject of tokens is often a person's mail address. */
function nameOf(kind: string, value: string): string {
  return sha256(new TextEncoder().encode(`${kind}\0${value}`)).slice(0, 16)
}
