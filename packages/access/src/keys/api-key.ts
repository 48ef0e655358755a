import type { Role, TenantId } from '@motadata/core'

/** A key as it can be shown: everything but its secret, which nobody can show again. */
export interface ApiKey {
  readonly tenantId: TenantId
  readonly id: string
  /** What people call it: `nightly import`. */
  readonly name: string
  readonly role: Role
  /** The first eight characters of the secret, to tell keys apart by. */
  readonly prefix: string
  readonly createdAt: Date
  /** From when on it is no longer accepted; never when undefined. */
  readonly expiresAt?: Date
  readonly rotatedAt?: Date
  /** Until when the secret before the last rotation is accepted too. */
  readonly previousSecretExpiresAt?: Date
  readonly revokedAt?: Date
  /** To the minute: it is written down at most once a minute. */
  readonly lastUsedAt?: Date
}

/** A key at the one moment when its text is known. */
export interface IssuedApiKey extends ApiKey {
  /** What the holder sends. It is stored nowhere and can't be asked for again. */
  readonly key: string
}
