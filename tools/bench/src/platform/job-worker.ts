// A process that works on jobs and tells its parent of each; its settings are DATABASE_URL, DATA_FOLDER and CONCURRENCY.
import { openPlatform } from '@motadata/adapters/postgresql'
import { silentLogger } from './silent-logger.js'

const { DATABASE_URL, DATA_FOLDER, CONCURRENCY } = process.env
const platform = await openPlatform({ databaseUrl: DATABASE_URL!, dataFolder: DATA_FOLDER!, logger: silentLogger })

process.on('message', (command: { readonly kind: string } | 'stop') => {
  if (command === 'stop') void platform.close().then(() => process.disconnect())
  else void workOn(command.kind)
})
process.send!({ ready: true })

async function workOn(kind: string): Promise<void> {
  await platform.jobs.work(kind, () => {
    process.send!({ beganMs: performance.timeOrigin + performance.now() })
    return Promise.resolve(null)
  }, { concurrency: Number(CONCURRENCY), concurrencyPerTenant: 1_000 })
  process.send!({ worksOn: kind })
}
