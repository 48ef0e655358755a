import type { Role, TenantId } from '@motadata/core'
import type { ApiKeyRow } from '../storage/access-tables.js'
import type { ApiKey, IssuedApiKey } from './api-key.js'
import { createKeyText, digestKeyText } from './key-text.js'

export interface NewKey {
  readonly tenantId: TenantId
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly createdAt: Date
  readonly expiresAt?: Date
}

/** A new key: the row to store, and what its holder is given. The text is in the second only. */
export function issueKey(key: NewKey): { readonly row: ApiKeyRow; readonly issued: IssuedApiKey } {
  const { text, prefix } = createKeyText({ tenantId: key.tenantId, keyId: key.id })
  const row: ApiKeyRow = {
    tenant_id: key.tenantId,
    id: key.id,
    name: key.name,
    role: key.role,
    secret_hash: digestKeyText(text),
    prefix,
    created_at: key.createdAt,
    expires_at: key.expiresAt ?? null,
    rotated_at: null,
    previous_secret_hash: null,
    previous_secret_expires_at: null,
    revoked_at: null,
    last_used_at: null,
  }
  return { row, issued: { ...toApiKey(row), key: text } }
}

/** What of a row can be shown. */
export function toApiKey(row: ApiKeyRow): ApiKey {
  return {
    tenantId: row.tenant_id,
    id: row.id,
    name: row.name,
    role: row.role,
    prefix: row.prefix,
    createdAt: row.created_at,
    ...(row.expires_at && { expiresAt: row.expires_at }),
    ...(row.rotated_at && { rotatedAt: row.rotated_at }),
    ...(row.previous_secret_expires_at && { previousSecretExpiresAt: row.previous_secret_expires_at }),
    ...(row.revoked_at && { revokedAt: row.revoked_at }),
    ...(row.last_used_at && { lastUsedAt: row.last_used_at }),
  }
}
