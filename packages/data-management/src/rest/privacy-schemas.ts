import { type Static, Type } from '@sinclair/typebox'
import type { Erasure } from '../erasures.js'
import { piiKinds } from '../privacy/pii-kind.js'

const moment = Type.String({ format: 'date-time' })
const texts = (description: string) => Type.Array(Type.String({ maxLength: 100_000 }), { minItems: 1, maxItems: 1_000, description })
const counts = Type.Record(Type.String(), Type.Integer(), { description: 'How often each kind was found' })

export const redactionBody = Type.Object({
  texts: texts('To take personal data out of'),
  kinds: Type.Optional(Type.Array(Type.String({ enum: [...piiKinds] }), { description: 'What to take out; default all' })),
}, { examples: [{ texts: ['Anna Berg (anna.berg@acme.example) has no VPN'] }] })
export type RedactionBody = Static<typeof redactionBody>
export const redactionAnswer = Type.Object({ texts: Type.Array(Type.String()), counts }, { title: 'RedactedTexts' })

export const restorationBody = Type.Object({ texts: texts('With tokens in them') })
export type RestorationBody = Static<typeof restorationBody>
export const restorationAnswer = Type.Object({ texts: Type.Array(Type.String()) }, { title: 'RestoredTexts' })

export const erasureBody = Type.Object({
  identifiers: Type.Array(Type.String({ maxLength: 1_000 }), { minItems: 1, maxItems: 50, description: 'What names the person in data: mail addresses, logins, names as they are written there' }),
}, { examples: [{ identifiers: ['anna.berg@acme.example', 'Anna Berg'] }] })
export type ErasureBody = Static<typeof erasureBody>

export const erasureParams = Type.Object({ erasureId: Type.String({ maxLength: 100 }) })
export type ErasureParams = Static<typeof erasureParams>
export const erasedTenantParams = Type.Object({ tenantId: Type.String({ maxLength: 100 }) })
export type ErasedTenantParams = Static<typeof erasedTenantParams>

export const erasurePageQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  pageToken: Type.Optional(Type.String({ maxLength: 100, description: 'nextPageToken of the page before' })),
})
export type ErasurePageQuery = Static<typeof erasurePageQuery>

export const erasureHeaders = Type.Object({ 'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: 'The same key gives the same erasure' })) })

export const erasureAnswer = Type.Object({
  id: Type.String(), tenantId: Type.String(), subjectKind: Type.String({ enum: ['person', 'tenant'] }), state: Type.String({ enum: ['running', 'completed'] }),
  requestedBy: Type.String(), requestedAt: moment, completedAt: Type.Optional(moment),
  certificate: Type.Optional(Type.Object({}, { additionalProperties: true, description: 'What was erased, what is tainted, what has to be kept and where bytes may lie on; signed' })),
}, { title: 'Erasure' })
export const erasurePageAnswer = Type.Object({ erasures: Type.Array(erasureAnswer), nextPageToken: Type.Optional(Type.String()) })

export function toErasureAnswer({ requestedAt, completedAt, ...rest }: Erasure): Static<typeof erasureAnswer> {
  return { ...rest, requestedAt: requestedAt.toISOString(), ...(completedAt && { completedAt: completedAt.toISOString() }) } as Static<typeof erasureAnswer>
}
