import { secureTenantTable } from '@motadata/core'
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const tokenRevocations: Migration = {
  async up(database) {
    await sql`
      create table access.token_revocation (
        tenant_id text not null references access.tenant (tenant_id),
        kind text not null check (kind in ('subject', 'token')),
        value text not null,
        revoked_at timestamptz not null,
        primary key (tenant_id, kind, value)
      )`.execute(database)
    for (const statement of secureTenantTable('access', 'token_revocation')) await statement.execute(database)
  },
}
