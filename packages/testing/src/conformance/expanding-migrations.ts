import type { Database, SchemaMigrations } from '@motadata/core'
import { type Transaction, sql } from 'kysely'

/** The shape of one column, as a process of the release before relies on it. */
interface ColumnShape {
  readonly column: string
  readonly shape: string
  /** Whether a row may be written without naming it. */
  readonly optional: boolean
}

interface SchemaShape {
  readonly columns: readonly ColumnShape[]
  /** Constraints, policies, triggers and rights, in words. */
  readonly rules: readonly string[]
}

interface OpenedDatabase {
  readonly database: Database
  close(): Promise<void>
}

/**
 * Holds a package's migrations to what they are said to be: those that are `expanding` only add, so that a process of the release before,
 * which knows nothing of them, reads and writes on beside.
 *
 * @param open - An empty database.
 */
export function describeExpandingMigrations(declared: SchemaMigrations, open: () => Promise<OpenedDatabase>): void {
  it(`the migrations of the schema ${declared.schema} only add, as far as they say so`, async () => {
    expect(await findContractions(declared, open)).toEqual([])
  })
}

/**
 * What migrations that are said to be `expanding` change or take away, a sentence each. What was there has to stay as it was; what comes to a
 * table that was there may be left out when a row is written.
 *
 * @param open - An empty database, which is closed again; none is opened where nothing is said to be expanding.
 */
export async function findContractions(declared: SchemaMigrations, open: () => Promise<OpenedDatabase>): Promise<readonly string[]> {
  const { schema, migrations, expanding = [] } = declared
  if (expanding.length === 0) return []
  const names = Object.keys(migrations).sort()
  const found: string[] = []
  const { database, close } = await open()
  try {
    for (const [at, name] of names.entries()) {
      const known = names.slice(0, at)
      const before = await readShape(database, schema)
      await database.migrate(upTo(declared, [...known, name]))
      if (at === 0 || !expanding.includes(name)) continue
      found.push(...differences(before, await readShape(database, schema)).map((difference) => `${name}: ${difference}`))
      // a process that knows only those before opens beside it, or this throws
      await database.migrate(upTo(declared, known))
    }
  } finally {
    await close()
  }
  return found
}

function upTo({ schema, migrations, expanding = [] }: SchemaMigrations, names: readonly string[]): SchemaMigrations {
  return { schema, migrations: Object.fromEntries(names.map((name) => [name, migrations[name]!])), expanding: expanding.filter((name) => names.includes(name)) }
}

function differences(before: SchemaShape, after: SchemaShape): string[] {
  const tables = new Set(before.columns.map(({ column }) => tableOf(column)))
  const now = new Map(after.columns.map((one) => [one.column, one.shape]))
  const was = new Set(before.columns.map(({ column }) => column))
  return [
    ...before.columns.filter(({ column, shape }) => now.get(column) !== shape).map(({ column, shape }) => `${column} was ${shape}, and is ${now.get(column) ?? 'gone'}`),
    ...after.columns.filter(({ column, optional }) => tables.has(tableOf(column)) && !was.has(column) && !optional).map(({ column }) => `${column} is new and has to be given`),
    ...before.rules.filter((rule) => !after.rules.includes(rule)).map((rule) => `${rule} is gone`),
    ...after.rules.filter((rule) => !before.rules.includes(rule) && tables.has(tableOf(rule.split(' ')[0]!))).map((rule) => `${rule} is new on a table that was there`),
  ]
}

/** `schema.table` of `schema.table.anything` */
function tableOf(name: string): string {
  return name.split('.').slice(0, 2).join('.')
}

async function readShape(database: Database, schema: string): Promise<SchemaShape> {
  return database.asSystem(async (transaction: Transaction<unknown>) => ({
    columns: (await sql<ColumnShape>`
      select n.nspname || '.' || c.relname || '.' || a.attname as column,
        format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end as shape,
        not a.attnotnull or a.atthasdef or a.attidentity <> '' as optional
      from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where n.nspname = ${schema} and c.relkind in ('r', 'p') and c.relname !~ '^kysely_' order by 1`.execute(transaction)).rows,
    rules: (await sql<{ rule: string }>`
      select n.nspname || '.' || c.relname || '.' || k.conname || ' ' || pg_get_constraintdef(k.oid) as rule
        from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname = ${schema} and k.contype <> 'n'
      union all select n.nspname || '.' || c.relname || '.' || p.polname || ' policy ' || coalesce(pg_get_expr(p.polqual, p.polrelid), '') || ' / ' || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
        from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname = ${schema}
      union all select n.nspname || '.' || c.relname || '.' || t.tgname || ' trigger'
        from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname = ${schema} and not t.tgisinternal
      union all select n.nspname || '.' || c.relname || '.unique ' || pg_get_indexdef(i.indexrelid)
        from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname = ${schema} and i.indisunique
      union all select n.nspname || '.' || c.relname || '.right ' || grantee.rolname || ' ' || acl.privilege_type
        from pg_class c join pg_namespace n on n.oid = c.relnamespace cross join lateral aclexplode(c.relacl) acl join pg_roles grantee on grantee.oid = acl.grantee
        where n.nspname = ${schema} and c.relkind in ('r', 'p')
      order by 1`.execute(transaction)).rows.map(({ rule }) => rule),
  }))
}
