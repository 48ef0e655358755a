import { openPlatform } from '@motadata/adapters/postgresql'
import { parseTenantId } from '@motadata/core'
import { MLSystem } from '@motadata/ml-framework'
import { sql, type Transaction } from 'kysely'
import { Client } from 'pg'
import type { BenchmarkOptions, BenchmarkRow } from '../benchmark.js'
import { interleave } from '../interleave.js'
import { servedTenant } from '../main-job/prepare-serving.js'
import { median, rounded } from '../median.js'
import type { Services } from './services.js'

export const tenantUnitRow = { task: 'one statement in withTenant against the same statement without it', unit: 'ratio of time', better: 'lower' } as const

/** A transaction, a role and a tenant around each unit of work: what isolation in the database costs. */
export async function benchmarkTenantUnits({ databaseUrl, dataFolder }: Services, { quick, log }: BenchmarkOptions): Promise<BenchmarkRow> {
  log('withTenant')
  const platform = await openPlatform({ dataFolder, databaseUrl })
  const client = new Client({ connectionString: databaseUrl })
  try {
    await MLSystem.open(platform)
    await client.connect()
    const tenantId = parseTenantId(servedTenant)
    const inUnit = () => platform.database.withTenant(tenantId, async (transaction: Transaction<unknown>) =>
      sql`select name from ml_framework.registered_model where tenant_id = ${tenantId}`.execute(transaction))
    const plain = () => client.query('select name from ml_framework.registered_model where tenant_id = $1', [tenantId])
    const units = 200
    const microseconds = (work: () => Promise<unknown>) => async (): Promise<number> => {
      const startedMs = performance.now()
      for (let unit = 0; unit < units; unit++) await work()
      return ((performance.now() - startedMs) * 1000) / units
    }
    const times = await interleave(quick ? 3 : 15, microseconds(inUnit), microseconds(plain))
    const [ours, peer] = [median(times.ours), median(times.peer)]
    return { ...tenantUnitRow, value: rounded(ours / peer, 3), ours: rounded(ours, 3), peer: rounded(peer, 3), note: 'ours and peer in µs, one connection' }
  } finally {
    await client.end()
    await platform.close()
  }
}
