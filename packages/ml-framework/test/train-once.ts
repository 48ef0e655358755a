// A process that trains one model with a key, for a test that kills it: says each stage that it comes to, and in the end the artifact's hash.
import { openPlatform, silentLogger } from '@motadata/adapters'
import { fromRecords, parseTenantId, platformContext } from '@motadata/core'
import { MLSystem } from '../src/index.js'
import { makeTickets } from './tickets.js'

const platform = await openPlatform({ dataFolder: process.argv[2]!, logger: silentLogger })
const system = await MLSystem.open(platform)
const dataset = fromRecords(makeTickets(400).map((ticket) => ({ ...ticket })), { text: 'text' })
const spec = { modelId: 'tickets', modelType: 'auto' as const, target: 'category', promisedPrecision: 0.8 }
const say = (line: string): boolean => process.stdout.write(`${line}\n`)
const version = await system.train(platformContext(parseTenantId('acme'), 'test'), spec, dataset, {
  idempotencyKey: 'job-1', onProgress: ({ stage, share }) => say(`${stage} ${share}`),
})
say(`done ${version.artifact.sha256}`)
await system.close()
await platform.close()
