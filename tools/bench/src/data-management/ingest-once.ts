import { openPlatform as openEmbedded } from '@motadata/adapters'
import { openPlatform as openOnPostgresql } from '@motadata/adapters/postgresql'
import { parseTenantId, platformContext } from '@motadata/core'
import { DataManager } from '@motadata/data-management'
import { silentLogger } from '../platform/silent-logger.js'

/** Takes in one file, in a process of its own, and tells how long that took and how much memory the process has had at most. */
const [file, dataFolder, databaseUrl] = process.argv.slice(2) as [string, string, string]
const options = { dataFolder, logger: silentLogger }
const platform = await (databaseUrl === '' ? openEmbedded(options) : openOnPostgresql({ ...options, databaseUrl }))
const datasets = await DataManager.open(platform, { limits: { maximumRows: 100_000_000, maximumBytes: 2 ** 36, maximumCells: 2_000_000_000 } })
await import('@duckdb/node-api')
const startedMs = performance.now()
const { version } = await datasets.ingestData(platformContext(parseTenantId('bench'), 'bench'), { name: 'tickets', source: { file } })
const elapsedMs = performance.now() - startedMs
process.send!({ elapsedMs, rowCount: version.rowCount, peakMegabytes: (process.resourceUsage().maxRSS * 1024) / 1e6 })
await platform.close()
