import type { SchemaMigrations } from '@motadata/core'
import { tenantsAndKeys } from './0001-tenants-and-keys.js'
import { tokenRevocations } from './0002-token-revocations.js'
import { auditEvents } from './0003-audit-events.js'

/** The history of the schema `access`. */
export const accessMigrations: SchemaMigrations = {
  schema: 'access',
  migrations: { '0001-tenants-and-keys': tenantsAndKeys, '0002-token-revocations': tokenRevocations, '0003-audit-events': auditEvents },
  expanding: ['0002-token-revocations', '0003-audit-events'],
}
