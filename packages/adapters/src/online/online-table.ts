import { type MigrationDatabase, type SchemaMigrations, secureTenantTable } from '@motadata/core'
import { sql } from 'kysely'

/** A tenant's newest values. */
interface OnlineRow {
  tenant_id: string
  key: string
  event_time_ms: number
  /** Whole once `expires_at_ms` has not come. */
  bytes: Uint8Array
  expires_at_ms: number
}

export interface OnlineTables {
  'online.value': OnlineRow
}

export const onlineMigrations: SchemaMigrations = {
  schema: 'online',
  migrations: {
    '0001-value': {
      async up(database: MigrationDatabase): Promise<void> {
        // Double precision holds every whole number of milliseconds that JavaScript does, and comes back as a number.
        await sql`create table online.value (
          tenant_id text not null,
          key text not null,
          event_time_ms double precision not null,
          bytes bytea not null,
          expires_at_ms double precision not null,
          primary key (tenant_id, key)
        )`.execute(database)
        await sql`create index value_by_expiry on online.value (tenant_id, expires_at_ms)`.execute(database)
        for (const statement of secureTenantTable('online', 'value')) await statement.execute(database)
      },
    },
  },
}
