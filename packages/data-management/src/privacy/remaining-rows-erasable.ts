import { createSubjectMatcher, type Database, type Erasable, type RequestContext } from '@motadata/core'
import { type Transaction, sql } from 'kysely'

/** Tables of this package's schema whose own erasables know them. */
const owned: readonly string[] = ['dataset', 'dataset_version', 'dataset_part', 'erased_version', 'redaction_token', 'erasure', 'erasure_finding', 'released_artifact', 'kysely_migration', 'kysely_migration_lock']
/** What others rely on: taken away, they would break. */
const definitions = /^feature_(entity|view|view_version|service|view_state)$|pipeline(_version|_definition|_schedule)?$/
const definitionReason = 'It is a definition that others rely on; edit or delete it.'

type Row = { readonly place: string; readonly content: unknown }

/**
 * Erases rows of every other tenant table of the schema, found in the catalogue, so that none is forgotten: rows of a person by what they hold,
 * of a tenant all.
 */
export function createRemainingRowsErasable(database: Database): Erasable {
  return {
    owner: 'data-management-rows',
    async *scan(context, subject) {
      const matcher = createSubjectMatcher(subject)
      for (const table of await tablesOf(database, context, subject.kind === 'tenant' ? [] : owned)) {
        let count = 0
        for await (const { content } of rowsOf(database, context, table)) if (matcher.matchesJson(content)) count++
        if (count === 0) continue
        const isKept = subject.kind === 'person' && definitions.test(table)
        yield { kind: 'row', name: `data_management.${table}`, count, effect: isKept ? 'retain' : 'erase', ...(isKept ? { reason: definitionReason } : {}) }
      }
    },
    async erase(context, subject) {
      const matcher = createSubjectMatcher(subject)
      for (const table of await tablesOf(database, context, subject.kind === 'tenant' ? [] : owned)) {
        if (subject.kind === 'person' && definitions.test(table)) continue
        const places: string[] = []
        for await (const { place, content } of rowsOf(database, context, table)) if (matcher.matchesJson(content)) places.push(place)
        for (let at = 0; at < places.length; at += 500) {
          const some = places.slice(at, at + 500)
          await database.withTenant(context.tenantId, (transaction: Transaction<unknown>) =>
            sql`delete from ${sql.table(`data_management.${table}`)} where ctid = any(${some}::text[]::tid[])`.execute(transaction))
        }
      }
      return []
    },
  }
}

async function tablesOf(database: Database, context: RequestContext, without: readonly string[]): Promise<readonly string[]> {
  const { rows } = await database.withTenant(context.tenantId, (transaction: Transaction<unknown>) =>
    sql<{ name: string }>`select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'data_management' and c.relkind = 'r' and c.relforcerowsecurity order by c.relname`.execute(transaction))
  return rows.map(({ name }) => name).filter((name) => !without.includes(name))
}

/** All of the tenant's, in one order of places: what was there when it began is come by, whatever is deleted meanwhile. */
async function* rowsOf(database: Database, context: RequestContext, table: string): AsyncGenerator<Row> {
  for (let after = '(0,0)'; ;) {
    const { rows } = await database.withTenant(context.tenantId, (transaction: Transaction<unknown>) =>
      sql<Row>`select ctid::text as place, to_json(t) as content from ${sql.table(`data_management.${table}`)} t where ctid > ${after}::tid order by ctid limit 200`.execute(transaction))
    yield* rows
    if (rows.length < 200) return
    after = rows.at(-1)!.place
  }
}
