import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPlatform } from '@motadata/adapters'
import {
  cellAt, type CellValue, type ClassificationMetrics, createDataset, type Dataset, getColumn, MLError, type ModelVersion, parseTenantId, platformContext, type QualityMetrics, selectRows, toRecords, type TrainingSpec,
} from '@motadata/core'
import { DataManager, FeatureStore } from '@motadata/data-management'
import { MLSystem } from '@motadata/ml-framework'
import type { HistoryOptions } from './command-line.js'
import { deskColumn, deskFeature, deskHours, historyService, historyViews, learnedFeatures, registerHistoryViews, transformations } from './history-views.js'
import { incidentExpectations, loadIncidents } from './load-incidents.js'
import { makeIncidentsCsv } from './seeded-incidents.js'

export interface HistoryResult {
  readonly rows: number
  readonly trainRows: number
  readonly testRows: number
  readonly withoutHistory: ClassificationMetrics
  readonly withHistory: ClassificationMetrics
  /** Values read online that differ from those read offline as of the same instant; none, if all is well. */
  readonly differing: number
  readonly compared: number
}

const context = platformContext(parseTenantId('quickstart'), 'history')
const testShare = 0.2
const dayMs = 24 * 3_600_000
/** Of younger tickets only those that were solved fast have a label at the cut: they would teach that tickets are solved fast. */
const matureMs = 10 * dayMs
/** What a ticket says of itself when it is opened, as far as the file has it. */
const ofTheTicket = ['contact_type', 'location', 'category', 'subcategory', 'u_symptom', 'impact', 'urgency', 'priority', 'first_assignment_group', 'knowledge', 'notify']
const sampleCount = 200

/**
 * From a CSV of incidents to a validated dataset, to views of each caller's and each group's history, to a training set in which every row
 * has what was known when its ticket was opened, to a model of `made_sla` beside one without those features, both measured on the last fifth;
 * then the same features online.
 */
export async function runHistory(options: HistoryOptions, stream: NodeJS.WriteStream): Promise<HistoryResult> {
  const say = (text = ''): void => void stream.write(`${text}\n`)
  const folder = mkdtempSync(join(tmpdir(), 'motadata-history-'))
  const opened = await openPlatform({ dataFolder: join(folder, 'data') })
  try {
    const incidents = await loadIncidents(options.file ?? generated(folder, options))
    say(`Data       ${incidents.rowCount} incidents ${options.file === undefined ? `made up by the seed ${options.seed}` : `of ${options.file}`}`)
    // all happens at the time of the data: now is when the last ticket was opened
    const nowMs = Math.max(...openedMs(incidents))
    const platform = { ...opened, clock: { nowMs: () => nowMs } }
    const datasets = await DataManager.open(platform)
    const features = await FeatureStore.open(platform, { datasets, transformations })

    await datasets.ingestData(context, { name: 'incidents', source: { rows: incidents } })
    const report = await datasets.validateData(context, { name: 'incidents' }, incidentExpectations)
    if (!report.passed) throw new MLError('DATA_MALFORMED', `Expected incidents that are in order, got ${report.results.filter(({ passed }) => !passed).map(({ description }) => description).join('; ')}.`)
    say(`Validated  ${report.results.length} expectations hold`)

    await registerHistoryViews(context, features, 'incidents')
    say(`Features   ${historyViews.join(', ')}: what was resolved of each, known when it was`)
    const rows = await trainingSet(features, datasets)
    say(`Joined     ${rows.rowCount} rows, each with what was known when its ticket was opened`)

    const system = await MLSystem.open(opened)
    const without = await train(system, rows, 'made_sla_plain', [])
    const withHistory = await train(system, rows, 'made_sla', learnedFeatures)
    say()
    say(`Held out, the last ${without.report.testRows} tickets      accuracy  log-loss`)
    for (const [name, metrics] of [['majority', withHistory.report.baseline], ['the ticket alone', without.report.metrics], ['with history', withHistory.report.metrics]] as const) {
      const { accuracy, logLoss } = ofClasses(metrics)
      say(`  ${name.padEnd(32)} ${accuracy.toFixed(3).padStart(8)}  ${logLoss.toFixed(4).padStart(8)}`)
    }
    for (const view of historyViews) await features.materialize(context, view)
    const served = await compareOnline(features, rows, nowMs)
    say()
    say(`Online     ${served.compared} values of ${sampleCount} tickets read as they are now; ${served.differing} differ from what the datasets say`)
    return {
      rows: rows.rowCount, trainRows: withHistory.report.trainRows, testRows: withHistory.report.testRows,
      withoutHistory: ofClasses(without.report.metrics), withHistory: ofClasses(withHistory.report.metrics), ...served,
    }
  } finally {
    await opened.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function generated(folder: string, { rows, seed }: HistoryOptions): string {
  const file = join(folder, 'incidents.csv')
  writeFileSync(file, makeIncidentsCsv({ rows, seed }))
  return file
}

/** First what the desk as a whole took by then, then how callers and groups differ from it; kept as a dataset. */
async function trainingSet(features: FeatureStore, datasets: DataManager): Promise<Dataset> {
  const rows = await features.getHistoricalFeatures(context, { features: [deskFeature], rows: { dataset: 'incidents' }, eventTime: 'opened_at' })
  const named = createDataset([...rows.columns].map(([name, column]) => [name === 'hours_ever' ? deskHours : name, column]))
  const { name, version } = await features.createTrainingSet(context, { features: { service: historyService }, rows: named, eventTime: 'opened_at', fullNames: true, into: 'incidents-with-history' })
  return datasets.readData(context, { name, version })
}

/** The same rows, estimator and seed: only the features differ. A ticket trains only if it was closed before the first that is held out was opened. */
function train(system: MLSystem, rows: Dataset, modelId: string, history: readonly string[]): Promise<ModelVersion> {
  const times = openedMs(rows)
  const cutMs = times.toSorted()[Math.floor(rows.rowCount * (1 - testShare))]!
  const isOfUse = (row: number): boolean => times[row]! >= cutMs || times[row]! < cutMs - matureMs
  const categories = ofTheTicket.filter((name) => rows.columns.has(name))
  const spec: TrainingSpec = {
    modelId, modelType: 'classification', target: 'made_sla', features: [...categories, 'opened_at', ...history],
    columnKinds: Object.fromEntries(['made_sla', ...categories].map((name) => [name, 'category' as const])),
    // the hour and the day of the week come again; the date does not
    columnOptions: { opened_at: { parts: ['hour-of-day', 'day-of-week', 'weekend'] }, ...Object.fromEntries(categories.map((name) => [name, { encoding: 'ordinal' as const, minimumCount: 20 }])) },
    test: { kind: 'time', column: 'opened_at', from: new Date(cutMs).toISOString(), labelKnownAt: 'closed_at' },
    estimator: { kind: 'gradient-boosting-classifier', hyperparameters: { iterations: 150, learningRate: 0.05, columnShare: 0.5, rowShare: 0.8 } },
  }
  return system.train(context, spec, selectRows(rows, Array.from({ length: rows.rowCount }, (_, row) => row).filter(isOfUse)))
}

/** The newest tickets' features as they are served, beside what the datasets say of the same instant. */
async function compareOnline(features: FeatureStore, rows: Dataset, nowMs: number): Promise<{ readonly compared: number; readonly differing: number }> {
  const last = toRecords(selectRows(rows, Array.from({ length: Math.min(sampleCount, rows.rowCount) }, (_, at) => rows.rowCount - 1 - at)))
  const [desk] = await features.getOnlineFeatures(context, { features: [deskFeature], entities: { [deskColumn]: ['all'] } })
  const usual = desk!.values[0] ?? null
  const keys = (name: string): CellValue[] => last.map((row) => row[name] ?? null)
  const selection = { service: historyService }
  const entities = { caller_id: keys('caller_id'), first_assignment_group: keys('first_assignment_group'), [deskHours]: last.map(() => usual) }
  const online = await features.getOnlineFeatures(context, { features: selection, fullNames: true, entities })
  const offline = await features.getHistoricalFeatures(context, {
    features: selection, fullNames: true,
    rows: last.map(({ caller_id, first_assignment_group }) => ({ caller_id: caller_id ?? null, first_assignment_group: first_assignment_group ?? null, [deskHours]: usual, event_time: new Date(nowMs) })),
  })
  const differing = online.reduce((sum, { name, values }) => sum + values.filter((value, row) => value !== cellAt(getColumn(offline, name), row)).length, 0)
  return { compared: online.length * last.length, differing }
}

function openedMs(rows: Dataset): Float64Array {
  const column = getColumn(rows, 'opened_at')
  if (column.kind !== 'instant') throw new Error('Expected instants.')
  return column.values
}

function ofClasses(metrics: QualityMetrics): ClassificationMetrics {
  if (metrics.accuracy === undefined) throw new Error('Expected metrics of classes, got those of numbers.')
  return metrics
}
