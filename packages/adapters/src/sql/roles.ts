import { type Transaction, sql } from 'kysely'

/** The role in which a tenant's work runs; row-level security admits that tenant's rows only. */
export const tenantRole = 'ml_app'
/** The role of work above tenants: it sees what a table's policy grants it. */
export const systemRole = 'ml_system'

/**
 * Makes what every schema stands on, once: the roles, the schema `core`, and `core.tenant_id()`, by which policies know the tenant.
 * Runs as the owner, one process at a time. Doing it again changes nothing.
 */
export async function prepareRoles(transaction: Transaction<unknown>): Promise<void> {
  const { rows } = await sql<{ ready: boolean }>`select to_regproc('core.tenant_id') is not null as ready`.execute(transaction)
  if (rows[0]!.ready) return
  for (const role of [tenantRole, systemRole]) {
    // Roles belong to the whole server, so another database may have them already, or be making them now.
    await sql
      .raw(`do $$ begin create role ${role} nologin; exception when duplicate_object or unique_violation then null; end $$`)
      .execute(transaction)
  }
  await sql`create schema if not exists core`.execute(transaction)
  await sql`create or replace function core.tenant_id() returns text language sql stable parallel safe
    as $$ select nullif(current_setting('app.tenant_id', true), '') $$`.execute(transaction)
  await sql.raw(`grant usage on schema core to ${tenantRole}, ${systemRole}`).execute(transaction)
}
