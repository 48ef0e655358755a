import type { TenantId } from '@motadata/core'
import { issueKey } from '../keys/issue-key.js'
import type { IssuedApiKey } from '../keys/api-key.js'
import type { ApiKeyRow, TenantRow } from '../storage/access-tables.js'

export interface NewTenantInput {
  readonly tenantId: TenantId
  readonly name: string
  /** Of its first key. */
  readonly keyId: string
  readonly now: Date
}

export interface NewTenant {
  readonly row: TenantRow
  readonly firstKey: { readonly row: ApiKeyRow; readonly issued: IssuedApiKey }
}

/** A tenant to store, with the admin key that makes all its others. */
export function newTenant({ tenantId, name, keyId, now }: NewTenantInput): NewTenant {
  return {
    row: { tenant_id: tenantId, name, created_at: now, suspended_at: null },
    firstKey: issueKey({ tenantId, id: keyId, name: 'first admin key', role: 'admin', createdAt: now }),
  }
}
