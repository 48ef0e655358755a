import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPlatform, silentLogger } from '@motadata/adapters'
import { createRandom, parseTenantId, platformContext, type RequestContext } from '@motadata/core'
import { loadClassifier } from '@motadata/learn'
import { decodeModelArtifact, encodeModelArtifact, MLSystem } from '@motadata/ml-framework'
import { makeTickets } from '@motadata/use-case-ticket-classification'
import type { BenchmarkOptions, BenchmarkRow } from '../benchmark.js'
import { quantile, rounded } from '../median.js'

const manyTenants = 10_000
const budgetOfMany = 2 * 2 ** 30
const leastArtifactBytes = 0.5 * 2 ** 20
const modelId = 'tickets'

/** A classifier a tenant, each of other bytes, asked for through a budget that holds a part of them: some tenants often, most seldom. */
export async function benchmarkManyTenants({ quick, log }: BenchmarkOptions): Promise<BenchmarkRow[]> {
  const tenants = quick ? 500 : manyTenants
  const memoryBudgetBytes = Math.round((budgetOfMany * tenants) / manyTenants)
  const dataFolder = mkdtempSync(join(tmpdir(), 'motadata-bench-'))
  const platform = await openPlatform({ dataFolder, logger: silentLogger })
  try {
    const system = await MLSystem.open(platform, { memoryBudgetBytes })
    const contexts = Array.from({ length: tenants }, (_, at) => platformContext(parseTenantId(`tenant-${at}`), `many-tenants-${at}`))
    const artifactBytes = await registerAll(system, contexts, log)
    log(`${tenants} tenants through ${rounded(memoryBudgetBytes / 2 ** 20)} MiB`)
    const residentBefore = process.memoryUsage.rss()
    const asked = await askAll(system, contexts)
    const residentBytes = process.memoryUsage.rss() - residentBefore
    await system.close()
    const what = `${tenants} tenants' classifiers of ${rounded(artifactBytes / 2 ** 20, 3)} MiB each, other bytes each, through ${rounded(memoryBudgetBytes / 2 ** 20)} MiB`
    const { failures, warmMs, askedAgainMs, coldMs, coldCpuMs, mostUsedBytes } = asked
    const ofAll = `${warmMs.length + askedAgainMs.length} hits and ${coldMs.length} cold loads, one after another, artifacts in files`
    const againNote = askedAgainMs.length === 0 ? '' : `, and took ${rounded(quantile(askedAgainMs, 0.99), 3)} ms at p99`
    return [
      { task: `${what}: failures`, value: failures, unit: 'requests', better: 'lower', bar: 0, note: ofAll },
      {
        task: `${what}: warm hit, p99`, value: rounded(quantile(warmMs, 0.99), 3), unit: 'ms', better: 'lower', bar: 1,
        note: `p50 ${rounded(quantile(warmMs, 0.5) * 1000, 3)} µs; ${askedAgainMs.length} more hits first asked the database what the alias means, as every five seconds${againNote}`,
      },
      {
        task: `${what}: cold load, p99`, value: rounded(quantile(coldMs, 0.99), 3), unit: 'ms', better: 'lower', bar: 20, aim: 5,
        note: `p50 ${rounded(quantile(coldMs, 0.5), 3)} ms; ${rounded(quantile(coldCpuMs, 0.5), 3)} ms of the processors at p50, ${rounded(quantile(coldCpuMs, 0.99), 3)} ms at p99; the lookups in the database included`,
      },
      {
        task: `${what}: memory of models, most, to the budget`, value: rounded(mostUsedBytes / memoryBudgetBytes, 3), unit: 'ratio', better: 'lower', bar: 1,
        note: `the process grew by ${rounded(residentBytes / 2 ** 20)} MiB while they were asked for`,
      },
    ]
  } finally {
    await platform.close()
    rmSync(dataFolder, { recursive: true, force: true })
  }
}

/** One trained model, for each tenant with a weight changed and its number as the seed. @returns bytes of an artifact */
async function registerAll(system: MLSystem, contexts: readonly RequestContext[], log: BenchmarkOptions['log']): Promise<number> {
  const tickets = makeTickets({ rows: 5_000, seed: 3 })
  const trainingData = { X: tickets.map(({ text }) => text), y: tickets.map(({ category }) => category) }
  const source = contexts[0]!
  await system.forTenant(source.tenantId).trainModel({ modelId: 'source', modelType: 'classification', trainingData, columnOptions: { text: { minDocumentFrequency: 1, characterRange: [3, 5] } } })
  const registration = await system.models.saveModel(source, { name: 'source' })
  const { manifest, ...trained } = decodeModelArtifact(registration.artifact)
  if (trained.kind !== 'classifier') throw new Error('Expected a model of classes.')
  const { processor, calibrator } = trained
  const state = trained.classifier.toState()
  const weights = Float32Array.from(state.tensors['weights']!.data)
  for (const [at, context] of contexts.entries()) {
    const own = weights.slice()
    own[at % own.length] = own[at % own.length]! + 1e-3 * (1 + at)
    const classifier = loadClassifier({ ...state, tensors: { ...state.tensors, weights: { ...state.tensors['weights']!, data: own } } })
    const artifact = encodeModelArtifact({ ...manifest, seed: at }, { processor, classifier, ...(calibrator && { calibrator }) })
    if (artifact.length < leastArtifactBytes) throw new Error(`Expected artifacts of at least ${leastArtifactBytes} bytes, got ${artifact.length}.`)
    await system.models.registerModel(context, { ...registration, name: modelId, artifact })
    if (at % 500 === 499) log(`registered ${at + 1} of ${contexts.length}`)
  }
  return registration.artifact.length
}

/** Each tenant once, then as many requests again as three times that, of which tenants with small numbers make the most. */
async function askAll({ models }: MLSystem, contexts: readonly RequestContext[]) {
  const random = createRandom('many tenants')
  const [warmMs, askedAgainMs, coldMs, coldCpuMs]: [number[], number[], number[], number[]] = [[], [], [], []]
  let [failures, mostUsedBytes] = [0, 0]
  for (let request = 0; request < 4 * contexts.length; request++) {
    const at = request < contexts.length ? request : Math.floor(contexts.length * random.next() ** 4)
    const context = contexts[at]!
    const isResident = models.usedBytesOf(context.tenantId) > 0
    const before = process.cpuUsage()
    const startedMs = performance.now()
    try {
      const found = models.findInMemory(context.tenantId, { name: modelId })
      const { model } = found ?? await models.load(context, { name: modelId })
      const tookMs = performance.now() - startedMs
      const { user, system } = process.cpuUsage(before)
      if (found) warmMs.push(tookMs)
      else if (isResident) askedAgainMs.push(tookMs)
      else {
        coldMs.push(tookMs)
        coldCpuMs.push((user + system) / 1000)
      }
      if (model.manifest.seed !== at) failures++
    } catch {
      failures++
    }
    mostUsedBytes = Math.max(mostUsedBytes, models.usedBytes)
  }
  return { failures, warmMs, askedAgainMs, coldMs, coldCpuMs, mostUsedBytes }
}
