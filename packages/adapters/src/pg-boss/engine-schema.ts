import { createRequire } from 'node:module'
import { PlatformError } from '@motadata/core'
import { type Kysely, sql } from 'kysely'

/** The schema of the queue's engine. It is not tenant-isolated: jobs are there by their ids only. */
export const engineSchema = 'pgboss'

/**
 * Lets no process work on a queue of a newer engine than its own: the engine's tables and functions change together, and it knows no
 * additions that an older one could live with. It migrates an older schema itself.
 *
 * @throws MLError `MIGRATION_FAILED`
 */
export async function refuseNewerEngineSchema(database: Kysely<unknown>): Promise<void> {
  const { rows: found } = await sql<{ there: boolean }>`select to_regclass(${`${engineSchema}.version`}) is not null as there`.execute(database)
  if (!found[0]!.there) return
  const { rows } = await sql<{ version: number }>`select version from ${sql.table(`${engineSchema}.version`)}`.execute(database)
  const [version, own] = [rows[0]?.version ?? 0, ownVersion()]
  if (version <= own) return
  throw new PlatformError(
    'MIGRATION_FAILED',
    `Expected the job queue's schema at version ${own} or older, got version ${version} of a newer release, beside which this one can not work. ` +
      'Start the newer release, or restore a backup from before it.',
    { details: { schema: engineSchema, version, known: own } },
  )
}

/** The version that pg-boss, as installed, works on. */
function ownVersion(): number {
  const manifest = createRequire(import.meta.url)('pg-boss/package.json') as { readonly pgboss: { readonly schema: number } }
  return manifest.pgboss.schema
}
