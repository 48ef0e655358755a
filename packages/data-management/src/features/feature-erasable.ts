import { type Clock, createSubjectMatcher, type Database, type Erasable, type ErasureFinding, type RequestContext, type SubjectMatcher, sha256, throwIfEnded } from '@motadata/core'
import type { Transaction } from 'kysely'
import type { FeatureTables } from '../storage/feature-tables.js'

/** Tables of definitions, each with what else its rows are known by. */
const definitionTables = ['data_management.feature_entity', 'data_management.feature_service', 'data_management.feature_view_version'] as const
/** In the order in which they can be emptied. */
const allTables = [
  'data_management.feature_push', 'data_management.feature_materialization', 'data_management.feature_view_state', 'data_management.feature_view_version', 'data_management.feature_view',
  'data_management.feature_service', 'data_management.feature_entity',
] as const
const erased = 'erased'

interface Described {
  readonly description?: string
  readonly owner?: string
  readonly tags?: Readonly<Record<string, string>>
}

export interface FeatureErasableOptions {
  readonly database: Database
  readonly clock: Clock
  /** Drops copies in memory. */
  readonly forget: (context: RequestContext) => void
}

/**
 * Erases what definitions, runs and pushes hold of a subject; values online are the online store's to erase, rows those of datasets. Of a
 * definition, words that describe it go; the names that it is known by are kept, for models ask for them.
 */
export function createFeatureErasable({ database, clock, forget }: FeatureErasableOptions): Erasable {
  const withTenant = <Result>(context: RequestContext, work: (transaction: Transaction<FeatureTables>) => Promise<Result>): Promise<Result> => {
    throwIfEnded(context, clock.nowMs())
    return database.withTenant(context.tenantId, work)
  }
  return {
    owner: 'features',
    async *scan(context, subject) {
      const matcher = createSubjectMatcher(subject)
      if (subject.kind === 'tenant') {
        for (const table of allTables) {
          const { count } = await withTenant(context, (transaction) => transaction.selectFrom(table).select((select) => select.fn.countAll().as('count')).executeTakeFirstOrThrow())
          if (Number(count) > 0) yield { kind: 'feature-table', name: table.split('.')[1]!, count: Number(count), effect: 'erase' }
        }
        return
      }
      yield* await withTenant(context, (transaction) => findingsOf(transaction, matcher))
    },
    async erase(context, subject) {
      const matcher = createSubjectMatcher(subject)
      forget(context)
      await withTenant(context, async (transaction) => {
        if (subject.kind === 'tenant') {
          for (const table of allTables) await transaction.deleteFrom(table).where('tenant_id', '=', context.tenantId).execute()
          return
        }
        for (const { idempotency_key, name } of await pushesOf(transaction, matcher)) {
          await transaction.deleteFrom('data_management.feature_push').where('name', '=', name).where('idempotency_key', '=', idempotency_key).execute()
        }
        for (const { run_id } of await runsOf(transaction, matcher)) await transaction.deleteFrom('data_management.feature_materialization').where('run_id', '=', run_id).execute()
        for (const table of definitionTables) await eraseDescriptions(transaction, table, matcher)
        for (const { name, version, created_by } of await transaction.selectFrom('data_management.feature_view_version').select(['name', 'version', 'created_by']).execute()) {
          if (matcher.matches(created_by)) await transaction.updateTable('data_management.feature_view_version').set({ created_by: erased }).where('name', '=', name).where('version', '=', version).execute()
        }
      })
      return []
    },
  }
}

async function findingsOf(transaction: Transaction<FeatureTables>, matcher: SubjectMatcher): Promise<ErasureFinding[]> {
  const findings: ErasureFinding[] = []
  for (const { name, idempotency_key } of await pushesOf(transaction, matcher)) findings.push({ kind: 'feature-push', name: digest(`${name}/${idempotency_key}`), count: 1, effect: 'erase' })
  for (const { run_id } of await runsOf(transaction, matcher)) findings.push({ kind: 'feature-run', name: digest(run_id), count: 1, effect: 'erase' })
  for (const table of definitionTables) {
    const rows = await transaction.selectFrom(table).selectAll().execute()
    for (const row of rows) {
      const kind = table.split('.')[1]!.replaceAll('_', '-')
      const named = digest(`${row.name}${'version' in row ? `@${row.version}` : ''}`)
      const { description, owner, tags, ...names } = row.definition as Described
      if (matcher.matchesJson([description, owner, tags, 'created_by' in row ? row.created_by : null])) findings.push({ kind, name: named, count: 1, effect: 'erase' })
      if (matcher.matchesJson(names)) findings.push({ kind: `${kind}-name`, name: named, count: 1, effect: 'retain', reason: 'A name that models and datasets know features by; declare the view under another.' })
    }
  }
  return findings
}

async function eraseDescriptions(transaction: Transaction<FeatureTables>, table: (typeof definitionTables)[number], matcher: SubjectMatcher): Promise<void> {
  for (const row of await transaction.selectFrom(table).selectAll().execute()) {
    const { description, owner, tags, ...names } = row.definition as Described
    if (!matcher.matchesJson([description, owner, tags])) continue
    const keep = (text: string | undefined): boolean => text !== undefined && !matcher.matches(text)
    const left = Object.entries(tags ?? {}).filter(([name, value]) => !matcher.matches(name) && !matcher.matches(value))
    const definition = { ...names, ...(keep(description) ? { description } : {}), ...(keep(owner) ? { owner } : {}), ...(left.length > 0 ? { tags: Object.fromEntries(left) } : {}) }
    let update = transaction.updateTable(table).set({ definition: JSON.stringify(definition) } as never).where('name', '=', row.name as never)
    if ('version' in row) update = update.where('version' as never, '=', row.version as never)
    await update.execute()
  }
}

async function pushesOf(transaction: Transaction<FeatureTables>, matcher: SubjectMatcher) {
  return (await transaction.selectFrom('data_management.feature_push').select(['name', 'idempotency_key']).execute()).filter(({ idempotency_key }) => matcher.matches(idempotency_key))
}

async function runsOf(transaction: Transaction<FeatureTables>, matcher: SubjectMatcher) {
  return (await transaction.selectFrom('data_management.feature_materialization').select('run_id').execute()).filter(({ run_id }) => matcher.matches(run_id))
}

/** What names a thing in a certificate, without what it is called. */
function digest(text: string): string {
  return sha256(new TextEncoder().encode(text)).slice(0, 16)
}
