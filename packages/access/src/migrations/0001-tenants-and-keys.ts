import { secureTenantTable } from '@motadata/core'
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { platformTenantId } from '../keys/platform-tenant.js'

export const tenantsAndKeys: Migration = {
  async up(database) {
    await sql`create schema if not exists access`.execute(database)
    await sql`
      create table access.tenant (
        tenant_id text primary key,
        name text not null,
        created_at timestamptz not null,
        suspended_at timestamptz
      )`.execute(database)
    await sql`
      create table access.api_key (
        tenant_id text not null references access.tenant (tenant_id),
        id text not null,
        name text not null,
        role text not null check (role in ('viewer', 'predictor', 'trainer', 'admin', 'operator')),
        secret_hash text not null,
        prefix text not null,
        created_at timestamptz not null,
        expires_at timestamptz,
        rotated_at timestamptz,
        previous_secret_hash text,
        previous_secret_expires_at timestamptz,
        revoked_at timestamptz,
        last_used_at timestamptz,
        primary key (tenant_id, id),
        constraint operators_belong_to_the_platform check ((role = 'operator') = (tenant_id = ${sql.lit(platformTenantId)}))
      )`.execute(database)
    await sql`insert into access.tenant values (${sql.lit(platformTenantId)}, 'Platform', now(), null)`.execute(database)

    for (const statement of secureTenantTable('access', 'tenant', { system: 'write' })) await statement.execute(database)
    // A tenant sees its own row; only the platform changes it, or a suspended tenant could lift its own suspension.
    await sql`revoke insert, update, delete on access.tenant from ml_app`.execute(database)

    for (const statement of secureTenantTable('access', 'api_key')) await statement.execute(database)
    // A tenant and its first key come in one transaction, made above tenants: that may add keys, not read or change any.
    await sql`create policy system_issue on access.api_key for insert to ml_system with check (true)`.execute(database)
    await sql`grant insert on access.api_key to ml_system`.execute(database)
  },
}
