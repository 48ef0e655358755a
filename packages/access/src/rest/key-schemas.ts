import { type Role, roles } from '@motadata/core'
import { type Static, Type } from '@sinclair/typebox'
import { gracePeriodMaximumMs } from '../input/check-time.js'
import type { ApiKey, IssuedApiKey } from '../keys/api-key.js'

const instant = (description: string) => Type.String({ format: 'date-time', description })
const name = Type.String({ minLength: 1, maxLength: 100, description: 'What people call the key', examples: ['service desk'] })
const expiresAt = Type.Optional(instant('From when on the key is no longer accepted; it lies ahead'))

export const keyParams = Type.Object({ keyId: Type.String({ description: 'The second part of the key, between its dots' }) })
export type KeyParams = Static<typeof keyParams>

export const createApiKeyBody = Type.Object(
  { name, role: Type.Unsafe<Role>({ type: 'string', enum: [...roles], description: "At most the caller's own" }), expiresAt },
  { additionalProperties: false },
)
export const createOperatorKeyBody = Type.Object({ name, expiresAt }, { additionalProperties: false })
export type CreateKeyBody = Static<typeof createOperatorKeyBody> & { readonly role?: Role }

export const rotateKeyBody = Type.Object(
  {
    gracePeriodMs: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: gracePeriodMaximumMs,
        default: 0,
        description: 'For how long the former secret stays good, in milliseconds',
      }),
    ),
    expiresAt,
  },
  { additionalProperties: false, nullable: true },
)
export type RotateKeyBody = Static<typeof rotateKeyBody> | null | undefined

const shown = {
  tenantId: Type.String(),
  id: Type.String(),
  name: Type.String(),
  role: Type.Unsafe<Role>({ type: 'string', enum: [...roles, 'operator'] }),
  prefix: Type.String({ description: 'The first characters of the secret, to tell keys apart by' }),
  createdAt: instant('When it was made'),
  expiresAt: Type.Optional(instant('From when on it is no longer accepted')),
  rotatedAt: Type.Optional(instant('When it last got a new secret')),
  previousSecretExpiresAt: Type.Optional(instant('Until when the secret before the last rotation is accepted')),
  revokedAt: Type.Optional(instant('When it was ended')),
  lastUsedAt: Type.Optional(instant('When it was last used, to the minute')),
}

export const keyAnswer = Type.Object(shown, { description: 'An API key without its secret' })
export const issuedKeyAnswer = Type.Object(
  { ...shown, key: Type.String({ description: 'What to send as Authorization: Bearer or x-api-key; shown this once' }) },
  { description: 'An API key with its secret' },
)
export const keyPageAnswer = Type.Object({ apiKeys: Type.Array(keyAnswer), nextPageToken: Type.Optional(Type.String()) })

type KeyAnswer = Static<typeof keyAnswer>

/** A key as JSON says it. */
export function toKeyAnswer(key: ApiKey): KeyAnswer {
  const { tenantId, id, name: keyName, role, prefix, createdAt } = key
  return {
    tenantId,
    id,
    name: keyName,
    role,
    prefix,
    createdAt: createdAt.toISOString(),
    ...(key.expiresAt && { expiresAt: key.expiresAt.toISOString() }),
    ...(key.rotatedAt && { rotatedAt: key.rotatedAt.toISOString() }),
    ...(key.previousSecretExpiresAt && { previousSecretExpiresAt: key.previousSecretExpiresAt.toISOString() }),
    ...(key.revokedAt && { revokedAt: key.revokedAt.toISOString() }),
    ...(key.lastUsedAt && { lastUsedAt: key.lastUsedAt.toISOString() }),
  }
}

/** A new key as JSON says it, with its text. */
export function toIssuedKeyAnswer(issued: IssuedApiKey): Static<typeof issuedKeyAnswer> {
  return { ...toKeyAnswer(issued), key: issued.key }
}
