import type { Role, TenantId } from '@motadata/core'

/** The schema that this package owns. */
export interface AccessTables {
  'access.tenant': TenantRow
  'access.api_key': ApiKeyRow
  'access.token_revocation': TokenRevocationRow
  'access.audit_event': AuditEventRow
}

export interface TenantRow {
  tenant_id: TenantId
  name: string
  created_at: Date
  suspended_at: Date | null
}

export interface ApiKeyRow {
  tenant_id: TenantId
  id: string
  name: string
  role: Role
  /** Of the whole key text; see `digestKeyText`. */
  secret_hash: string
  prefix: string
  created_at: Date
  expires_at: Date | null
  rotated_at: Date | null
  previous_secret_hash: string | null
  previous_secret_expires_at: Date | null
  revoked_at: Date | null
  last_used_at: Date | null
}

export interface TokenRevocationRow {
  tenant_id: TenantId
  /** Every token of a subject so far, or one token by its id. */
  kind: 'subject' | 'token'
  value: string
  revoked_at: Date
}

/** One link of a tenant's trail; see `hashRow`. */
export interface AuditEventRow {
  tenant_id: TenantId
  number: number
  occurred_at: Date
  action: string
  actor_kind: string
  actor_id: string
  subject: string
  /** JSON, kept as the text that was hashed. */
  details: string
  request_id: string
  previous_hash: string
  hash: string
}
