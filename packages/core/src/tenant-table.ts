import { type RawBuilder, sql } from 'kysely'

/**
 * What every tenant table's migration runs once the table exists: row-level security, forced also on the owner, a policy that
 * admits the current tenant's rows, and the grants. Without it the table would be everybody's.
 *
 * The current tenant is `core.tenant_id()`, set by `Database.withTenant`.
 *
 * @param options.system - Whether `ml_system` (work above tenants) may read, or read and write, all rows; default none.
 * @example
 * for (const statement of secureTenantTable('ml_framework', 'model_version')) await statement.execute(database)
 */
export function secureTenantTable(schema: string, table: string, options: { readonly system?: 'read' | 'write' } = {}): RawBuilder<unknown>[] {
  const name = sql.table(`${schema}.${table}`)
  const statements = [
    sql`grant usage on schema ${sql.id(schema)} to ml_app, ml_system`,
    sql`alter table ${name} enable row level security`,
    sql`alter table ${name} force row level security`,
    sql`create policy tenant_isolation on ${name} to ml_app
      using (tenant_id = (select core.tenant_id())) with check (tenant_id = (select core.tenant_id()))`,
    sql`grant select, insert, update, delete on ${name} to ml_app`,
  ]
  if (options.system === 'read') {
    statements.push(sql`create policy system_read on ${name} for select to ml_system using (true)`, sql`grant select on ${name} to ml_system`)
  }
  if (options.system === 'write') {
    statements.push(
      sql`create policy system_write on ${name} to ml_system using (true) with check (true)`,
      sql`grant select, insert, update, delete on ${name} to ml_system`,
    )
  }
  return statements
}
