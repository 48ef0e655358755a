import type { Database } from '@motadata/core'
import { type Transaction, sql } from 'kysely'

export interface TenantTableReport {
  /** Every table looked at, as `schema.table`. */
  readonly tables: readonly string[]
  /** What is wrong, a sentence each; empty when tenants can't see each other. */
  readonly problems: readonly string[]
}

interface TableFacts {
  readonly name: string
  readonly has_tenant_id: boolean
  readonly first_key_column: string | null
  readonly enabled: boolean
  readonly forced: boolean
  readonly policies: readonly { readonly name: string; readonly using: string | null; readonly check: string | null; readonly command: string }[]
}

/** Tables of the migration histories; they hold names of migrations only. */
const historyTables = ['kysely_migration', 'kysely_migration_lock']

/**
 * Walks the catalogue and tells of every table that would let one tenant see another's rows: no `tenant_id`, a primary key that does
 * not begin with it, row-level security not forced, or a policy for `ml_app` that does not ask for the current tenant.
 *
 * @param options.shared - Tables, as `schema.table`, that hold nothing of any tenant and so need no protection.
 * @param options.ignoredSchemas - Schemas that hold nothing of any tenant but ids; default `core` and `pgboss`.
 * @example
 * expect((await walkTenantTables(platform.database)).problems).toEqual([])
 */
export async function walkTenantTables(
  database: Database,
  options: { readonly shared?: readonly string[]; readonly ignoredSchemas?: readonly string[] } = {},
): Promise<TenantTableReport> {
  const ignored = [...(options.ignoredSchemas ?? ['core', 'pgboss']), 'information_schema']
  const { rows } = await database.asSystem((transaction: Transaction<unknown>) =>
    sql<TableFacts>`
      select n.nspname || '.' || c.relname as name,
        exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) as has_tenant_id,
        (select a.attname from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
          where i.indrelid = c.oid and i.indisprimary) as first_key_column,
        c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
        coalesce((select jsonb_agg(jsonb_build_object('name', p.polname, 'command', p.polcmd,
            'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid)))
          from pg_policy p where p.polrelid = c.oid
            and (0 = any (p.polroles) or 'ml_app'::regrole = any (p.polroles)) and p.polpermissive), '[]') as policies
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'f', 'm') and n.nspname !~ '^pg_' and n.nspname <> all (${sql.val(ignored)}::text[])
        and c.relname <> all (${sql.val(historyTables)}::text[])
      order by 1`.execute(transaction),
  )
  const looked = rows.filter(({ name }) => !(options.shared ?? []).includes(name))
  return { tables: looked.map(({ name }) => name), problems: looked.flatMap(problemsOf) }
}

function problemsOf(table: TableFacts): string[] {
  if (!table.has_tenant_id) return [`${table.name} has no column tenant_id`]
  const problems: string[] = []
  if (table.first_key_column !== 'tenant_id') problems.push(`${table.name} has no primary key that begins with tenant_id`)
  if (!table.enabled || !table.forced) problems.push(`${table.name} does not force row-level security`)
  if (table.policies.length === 0) problems.push(`${table.name} has no policy for ml_app`)
  for (const policy of table.policies) {
    if (!isBound(policy)) problems.push(`${table.name} has the policy ${policy.name}, which does not hold ml_app to the current tenant`)
  }
  return problems
}

/** A policy's missing check falls back to what it has under `using`; one for inserts has a check only. */
function isBound({ using, check, command }: TableFacts['policies'][number]): boolean {
  const asksForTenant = (expression: string | null): boolean =>
    expression !== null && /tenant_id = \( ?SELECT core\.tenant_id\(\)|tenant_id = core\.tenant_id\(\)/i.test(expression) && !/\bor\b/i.test(expression)
  return (command === 'a' || asksForTenant(using)) && (check === null ? command !== 'a' : asksForTenant(check))
}
