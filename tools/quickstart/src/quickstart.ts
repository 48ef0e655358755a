import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPlatform } from '@motadata/adapters'
import { type ClassificationMetrics, type ClassPrediction, parseTenantId, platformContext, type QualityMetrics, selectRows, toRecords, type TrainingSpec } from '@motadata/core'
import { DataProcessor, MLSystem } from '@motadata/ml-framework'
import { createServer } from '@motadata/server'
import type { QuickstartOptions } from './command-line.js'
import { ProgressLine } from './progress-line.js'
import { loadTickets } from './tickets.js'

export interface QuickstartResult extends ClassificationMetrics {
  readonly baseline: ClassificationMetrics
  readonly trainRows: number
  readonly testRows: number
  readonly trainSeconds: number
  readonly modelVersion: number
  /** Three held-out tickets, predicted over HTTP; `actual` is the label they have. */
  readonly predictions: readonly (ClassPrediction & { readonly actual: string })[]
}

const tenantId = parseTenantId('quickstart')
const modelId = 'ticket_classifier'

/** Trains on the tickets, registers, serves over HTTP, predicts three held-out tickets, and cleans up behind itself. */
export async function runQuickstart(options: QuickstartOptions, stream: NodeJS.WriteStream): Promise<QuickstartResult> {
  const say = (text = ''): void => void stream.write(`${text}\n`)
  const { dataset, text, target, origin, complaints } = await loadTickets(options)
  say(`Data       ${origin}`)
  for (const complaint of complaints) say(`           ${complaint}`)

  const dataFolder = mkdtempSync(join(tmpdir(), 'motadata-quickstart-'))
  const platform = await openPlatform({ dataFolder })
  try {
    const system = await MLSystem.open(platform)
    const spec: TrainingSpec = {
      modelId,
      modelType: 'classification',
      target,
      features: text,
      columnKinds: Object.fromEntries(text.map((name) => [name, 'text'])),
      test: options.test,
      seed: options.seed,
    }
    say(`Training   ${modelId}: ${target} from ${text.join(', ')}`)
    const progress = new ProgressLine(stream)
    const version = await system.train(platformContext(tenantId, platform.ids.next()), spec, dataset, {
      onProgress: (step) => progress.show(step),
    })
    progress.end()
    const { report } = version
    const [metrics, baseline] = [metricsOfClasses(report.metrics), metricsOfClasses(report.baseline)]
    say(`           ${report.trainRows} rows learned in ${report.trainSeconds.toFixed(1)} s, ${report.testRows} held out; ${describeEstimator(report.estimator)}`)
    say()
    say('Held-out      accuracy  macro-F1  log-loss')
    say(`  model       ${columns(metrics)}`)
    say(`  majority    ${columns(baseline)}`)
    say()
    say(`Registered ${modelId} version ${version.version} as ${version.aliases.join(', ')}`)

    const server = await createServer({ platform, system, config: { PORT: 0, TENANT_ID: tenantId } })
    try {
      say(`Serving    ${server.url} (embedded database, tenant ${tenantId})`)
      say(`           POST /v1/models/${modelId}/predict with the tenant's API key`)
      say()
      const held = new DataProcessor().splitData(dataset, options.test, options.seed, target).test
      const tickets = toRecords(selectRows(dataset, spread(held, 3)))
      const instances = tickets.map((ticket) => Object.fromEntries(text.map((name) => [name, ticket[name] ?? ''])))
      const predicted = await predictOverHttp(server.url, server.bootstrapped!.adminKey.key, instances)
      const predictions = predicted.map((prediction, index) => ({ ...prediction, actual: String(tickets[index]![target]) }))
      for (const [index, prediction] of predictions.entries()) {
        say(`“${shorten(String(instances[index]![text[0]!]), 76)}”`)
        say(`  → ${prediction.label} ${percent(prediction.probability)}${runnersUp(prediction)}   (in the data: ${prediction.actual})`)
      }
      return {
        ...metrics,
        baseline,
        trainRows: report.trainRows,
        testRows: report.testRows,
        trainSeconds: report.trainSeconds,
        modelVersion: version.version,
        predictions,
      }
    } finally {
      await server.stop()
    }
  } finally {
    await platform.close()
    rmSync(dataFolder, { recursive: true, force: true })
  }
}

async function predictOverHttp(url: string, apiKey: string, instances: readonly Record<string, unknown>[]): Promise<ClassPrediction[]> {
  const response = await fetch(`${url}/v1/models/${modelId}/predict`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ instances }),
  })
  if (!response.ok) throw new Error(`The server answered ${response.status}: ${await response.text()}`)
  return ((await response.json()) as { predictions: ClassPrediction[] }).predictions
}

/** As many rows as asked for, evenly over all of them. */
function spread(rows: Uint32Array, count: number): number[] {
  return Array.from({ length: Math.min(count, rows.length) }, (_, index) => rows[Math.floor(((index + 0.5) * rows.length) / count)]!)
}

function describeEstimator({ kind, hyperparameters }: { kind: string; hyperparameters: Readonly<Record<string, unknown>> }): string {
  return `${kind} with ${Object.entries(hyperparameters).map(([name, value]) => `${name} ${String(value)}`).join(', ')}`
}

function metricsOfClasses(metrics: QualityMetrics): ClassificationMetrics {
  if (metrics.accuracy === undefined) throw new Error('Expected metrics of classes, got those of numbers.')
  return metrics
}

function columns({ accuracy, macroF1, logLoss }: ClassificationMetrics): string {
  return [accuracy, macroF1, logLoss].map((value) => value.toFixed(3).padStart(8)).join('  ')
}

function runnersUp({ label, probabilities }: ClassPrediction): string {
  const others = Object.entries(probabilities).filter(([name]) => name !== label).sort(([, a], [, b]) => b - a).slice(0, 2)
  return others.map(([name, probability]) => `, ${name} ${percent(probability)}`).join('')
}

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`

function shorten(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`
}
