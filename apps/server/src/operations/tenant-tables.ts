import type { Database } from '@motadata/core'
import { sql } from 'kysely'

/** A table of tenants' rows, found in the catalogue. */
export interface TenantTable {
  readonly schema: string
  readonly name: string
  /** Those that an insert gives: neither identities nor generated ones. */
  readonly columns: readonly string[]
  /** Those that hold JSON and must hold some: a `null` in them is JSON's, not SQL's. */
  readonly neededJson: readonly string[]
  /** The columns of its primary key with their types, which order its rows. */
  readonly key: readonly { readonly column: string; readonly type: string }[]
  /** Whether the database numbers its rows itself. */
  readonly numbersItself: boolean
  /** Whether a tenant may add rows itself; the others are added by the system. */
  readonly tenantAdds: boolean
}

/** Kept by the artifact store and copied through it, by hash. */
const storeSchema = 'artifacts'

interface ColumnRow {
  readonly schema: string
  readonly name: string
  readonly column: string
  readonly identity: boolean
  readonly generated: boolean
  readonly tenant_adds: boolean
  readonly type: string
  readonly needed: boolean
  /** Place in the primary key, from 1; null outside of it. */
  readonly key_place: number | null
}

/**
 * Every table with forced row-level security, in an order to write them in: what others refer to comes first. Jobs come after what
 * they made, and who may do what comes last of all, so that nobody is let in before everything is there. Backwards it is the order to read
 * in: a job is read before what it makes, so that one that ends meanwhile is copied as not ended.
 */
export async function findTenantTables(database: Database): Promise<readonly TenantTable[]> {
  const { columns, references } = await database.asSystem(async (transaction) => ({
    columns: (await sql<ColumnRow>`
      select n.nspname as schema, c.relname as name, a.attname as column, a.attidentity <> '' as identity, a.attgenerated <> '' as generated,
        has_table_privilege('ml_app', c.oid, 'insert') as tenant_adds, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as needed,
        array_position(k.conkey, a.attnum) as key_place
      from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
      where c.relkind in ('r', 'p') and c.relforcerowsecurity and n.nspname <> ${storeSchema}
      order by n.nspname, c.relname, a.attnum`.execute(transaction)).rows,
    references: (await sql<{ from: string; to: string }>`
      select f.nspname || '.' || c.relname as from, t.nspname || '.' || r.relname as to
      from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace f on f.oid = c.relnamespace
        join pg_class r on r.oid = k.confrelid join pg_namespace t on t.oid = r.relnamespace
      where k.contype = 'f' and k.conrelid <> k.confrelid`.execute(transaction)).rows,
  }))
  const tables = new Map<string, TenantTable>()
  for (const [table, rows] of groupByTable(columns)) {
    const { schema, name, tenant_adds: tenantAdds } = rows[0]!
    const key = rows.filter(({ key_place: place }) => place !== null).sort((a, b) => a.key_place! - b.key_place!)
    tables.set(table, {
      schema, name, tenantAdds,
      columns: rows.filter(({ identity, generated }) => !identity && !generated).map(({ column }) => column),
      neededJson: rows.filter(({ type, needed }) => needed && (type === 'json' || type === 'jsonb')).map(({ column }) => column),
      key: key.map(({ column, type }) => ({ column, type })),
      numbersItself: rows.some(({ identity }) => identity),
    })
  }
  const ranks: Readonly<Record<string, number>> = { jobs: 1, access: 2 }
  const bySchema = [...tables.keys()].sort((a, b) => (ranks[a.split('.')[0]!] ?? 0) - (ranks[b.split('.')[0]!] ?? 0))
  const ordered = new Set<string>()
  const visit = (key: string): void => {
    if (ordered.has(key) || !tables.has(key)) return
    for (const { from, to } of references) if (from === key) visit(to)
    ordered.add(key)
  }
  for (const key of bySchema) visit(key)
  return [...ordered].map((key) => tables.get(key)!)
}

function groupByTable(columns: readonly ColumnRow[]): Map<string, ColumnRow[]> {
  const tables = new Map<string, ColumnRow[]>()
  for (const row of columns) {
    const table = `${row.schema}.${row.name}`
    const rows = tables.get(table)
    if (rows) rows.push(row)
    else tables.set(table, [row])
  }
  return tables
}
