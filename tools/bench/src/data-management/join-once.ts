import { join } from 'node:path'
import { openPlatform } from '@motadata/adapters'
import { parseTenantId, platformContext } from '@motadata/core'
import { DataManager, FeatureStore } from '@motadata/data-management'
import { silentLogger } from '../platform/silent-logger.js'
import { callerRows, featureNames, registerCallerHistory, viewName } from './feature-rows.js'

/** Makes 10M rows and 1M to join with them, or joins them; in a process of its own, which tells how long it took and how much memory it has had at most. */
const [step, folder, count] = process.argv.slice(2) as ['prepare' | 'join', string, string]
const context = platformContext(parseTenantId('bench'), 'bench')
const platform = await openPlatform({ dataFolder: join(folder, 'data'), logger: silentLogger })
const datasets = await DataManager.open(platform)
const features = await FeatureStore.open(platform, { datasets })
const startedMs = performance.now()
if (step === 'prepare') {
  await registerCallerHistory(context, { datasets, features }, { rowCount: 10_000_000, featureCount: Number(count) })
  await datasets.ingestData(context, { name: 'asked', source: { rows: callerRows(1_000_000, { features: 0, seed: 0 }) } })
} else {
  const joined = await features.getHistoricalFeatures(context, { features: featureNames(Number(count)).map((name) => `${viewName}:${name}`), rows: { dataset: 'asked' } })
  if (joined.rowCount !== 1_000_000) throw new Error('Expected all rows.')
}
const elapsedMs = performance.now() - startedMs
await platform.close()
process.send!({ elapsedMs, peakMegabytes: (process.resourceUsage().maxRSS * 1024) / 1e6 })
process.disconnect()
