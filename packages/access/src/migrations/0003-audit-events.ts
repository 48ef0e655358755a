import { secureTenantTable } from '@motadata/core'
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const auditEvents: Migration = {
  async up(database) {
    await sql`
      create table access.audit_event (
        tenant_id text not null references access.tenant (tenant_id),
        number integer not null check (number > 0),
        occurred_at timestamptz not null,
        action text not null,
        actor_kind text not null,
        actor_id text not null,
        subject text not null,
        details text not null,
        request_id text not null,
        previous_hash text not null,
        hash text not null,
        primary key (tenant_id, number)
      )`.execute(database)
    for (const statement of secureTenantTable('access', 'audit_event', { system: 'read' })) await statement.execute(database)
    // what happened is added to, and never changed
    await sql`revoke update, delete on access.audit_event from ml_app`.execute(database)
    await sql`create policy system_add on access.audit_event for insert to ml_system with check (true)`.execute(database)
    await sql`grant insert on access.audit_event to ml_system`.execute(database)
  },
}
