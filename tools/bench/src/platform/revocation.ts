import { setTimeout as pause } from 'node:timers/promises'
import { Access } from '@motadata/access'
import { connectRedis } from '@motadata/adapters/redis'
import { openPlatform } from '@motadata/adapters/postgresql'
import { SystemClock } from '@motadata/adapters'
import { parseTenantId, platformContext } from '@motadata/core'
import type { BenchmarkOptions, BenchmarkRow } from '../benchmark.js'
import { median, rounded } from '../median.js'
import { isServerBuilt, notBuilt, startServerProcess } from '../server-process.js'
import type { Services } from './services.js'
import { silentLogger } from './silent-logger.js'

export const revocationRow = { task: 'an API key revoked in one process is refused by a server in another, slowest', unit: 's', better: 'lower', bar: 5 } as const

const giveUpMs = 20_000

/** A key that the server has just let in is revoked elsewhere, and asked with until the server refuses it. */
export async function benchmarkRevocation({ databaseUrl, dataFolder, redisUrl, settings }: Services, { quick, log }: BenchmarkOptions): Promise<BenchmarkRow> {
  if (!isServerBuilt()) return { ...revocationRow, value: null, note: notBuilt }
  log('revocation')
  const redis = redisUrl === undefined ? undefined : await connectRedis({ url: redisUrl, logger: silentLogger, clock: new SystemClock() })
  const platform = await openPlatform({ databaseUrl, dataFolder, logger: silentLogger, ...(redis ? { redis } : {}) })
  const access = await Access.open(platform)
  const server = await startServerProcess(dataFolder, settings)
  try {
    const operator = platformContext(parseTenantId('platform'), 'bench')
    await access.tenants.create(operator, { id: 'bench-keys', name: 'Revocation' })
    const context = platformContext(parseTenantId('bench-keys'), 'bench')
    const statusWith = async (key: string): Promise<number> => (await fetch(`${server.url}/v1/me`, { headers: { authorization: `Bearer ${key}` } })).status
    const seconds: number[] = []
    for (let round = 0; round < (quick ? 3 : 20); round++) {
      const { key, id } = await access.apiKeys.create(context, { name: `bench ${round}`, role: 'viewer' })
      if ((await statusWith(key)) !== 200) throw new Error('The server did not know a new key.')
      await access.apiKeys.revoke(context, id)
      const revokedMs = performance.now()
      while ((await statusWith(key)) === 200 && performance.now() - revokedMs < giveUpMs) await pause(2)
      seconds.push((performance.now() - revokedMs) / 1000)
    }
    const value = rounded(Math.max(...seconds), 3)
    return { ...revocationRow, value, ours: value, note: `median ${rounded(median(seconds), 3)} s; told ${redis ? 'by Redis' : 'by PostgreSQL'}` }
  } finally {
    await server.stop()
    access.close()
    await platform.close()
    await redis?.close()
  }
}
