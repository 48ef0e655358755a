import type { SchemaMigrations } from '@motadata/core'
import { tenantsAndKeys } from './0001-tenants-and-keys.js'

/** The history of the schema `access`. */
export const accessMigrations: SchemaMigrations = {
  schema: 'access',
  migrations: { '0001-tenants-and-keys': tenantsAndKeys },
}
