import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openPlatform } from '@motadata/adapters'
import { type ColumnKind, type Dataset, fromRecords, type Instance, toRecords } from '@motadata/core'
import { DataLoader } from '@motadata/data-management'
import { MLSystem, type TenantMLSystem } from '@motadata/ml-framework'
import type { BenchmarkOptions, BenchmarkRow } from '../benchmark.js'
import { rounded } from '../median.js'
import { peersMissing, PythonPeer } from '../python-peer.js'
import { writeRows } from '../main-job/labelled-tickets.js'

/** A table of real rows, divided as every reference does it. */
export interface Task {
  readonly name: string
  readonly target: string
  readonly features: Readonly<Record<string, ColumnKind>>
  readonly train: readonly Instance[]
  readonly test: readonly Instance[]
  readonly bars: { readonly accuracy: number; readonly logLoss?: number }
  readonly aims?: { readonly accuracy: number; readonly logLoss?: number }
}

interface Quality {
  readonly accuracy: number
  readonly macroF1: number
  /** null where the test rows have a class that the training rows lack. */
  readonly logLoss: number | null
}

/** Classification of the real records, hyperparameters chosen inside the training rows, beside the majority class and scikit-learn's reference of the same run. */
export async function benchmarkQuality({ data, quick, log }: BenchmarkOptions): Promise<BenchmarkRow[]> {
  if (data === undefined) return []
  const tasks = [...(await ticketTasks(data)), ...(await incidentTasks(data))]
  const peer = quick ? undefined : PythonPeer.start('scikit_text.py')
  const rows: BenchmarkRow[] = []
  const platform = await openPlatform({ inMemory: true })
  const ml = (await MLSystem.open(platform)).forTenant('quality')
  for (const task of tasks) {
    log(`quality: ${task.name}`)
    const { ours, majority } = await measure(ml, task)
    const reference = peer && await measurePeer(peer, task)
    const quality = `macro-F1 ${ours.macroF1.toFixed(3)}; majority class ${majority.accuracy.toFixed(3)} (${majority.macroF1.toFixed(3)})` +
      (reference ? `; scikit-learn ${reference.accuracy.toFixed(3)} (${reference.macroF1.toFixed(3)})` : '')
    const note = `${task.train.length} rows to learn from, ${task.test.length} to measure on${reference ? '' : `; ${quick ? 'a full run measures the reference too' : peersMissing}`}`
    rows.push({
      task: `${task.name}, accuracy`, value: rounded(ours.accuracy), unit: 'accuracy', better: 'higher', bar: task.bars.accuracy, ...(task.aims && { aim: task.aims.accuracy }),
      ours: rounded(ours.accuracy), ...(reference && { peer: rounded(reference.accuracy) }), quality, note,
    })
    if (task.bars.logLoss !== undefined && ours.logLoss !== null) {
      rows.push({
        task: `${task.name}, log-loss`, value: rounded(ours.logLoss), unit: 'nats', better: 'lower', bar: task.bars.logLoss, ...(task.aims?.logLoss && { aim: task.aims.logLoss }),
        ours: rounded(ours.logLoss), ...(reference?.logLoss && { peer: rounded(reference.logLoss) }), quality: `majority class ${majority.logLoss?.toFixed(3)}`,
      })
    }
  }
  peer?.stop()
  await platform.close()
  return rows
}

async function load(folder: string, file: string, kinds: Readonly<Record<string, ColumnKind>>): Promise<Instance[]> {
  const { dataset } = await new DataLoader().loadFile(join(folder, file), { columnKinds: kinds })
  return toRecords(dataset)
}

const isFifth = (row: Instance): boolean => Number(row['row_id']) % 5 === 0

async function ticketTasks(folder: string): Promise<Task[]> {
  const tickets = await load(folder, 'it_tickets_dev.csv.gz', { text: 'text', label: 'category' })
  const kinds = { title: 'text', body: 'text', category: 'category', business_service: 'category' } as const
  const labelled = await load(folder, 'it_tickets_multitarget_dev.csv.gz', kinds)
  const divide = (rows: readonly Instance[]) => ({ train: rows.filter((row) => !isFifth(row)), test: rows.filter(isFifth) })
  const both = { title: 'text', body: 'text' } as const
  return [
    { name: 'IT tickets, 8 topics', target: 'label', features: { text: 'text' }, ...divide(tickets), bars: { accuracy: 0.842, logLoss: 0.467 }, aims: { accuracy: 0.845, logLoss: 0.44 } },
    { name: 'IT tickets, category', target: 'category', features: both, ...divide(labelled), bars: { accuracy: 0.82 }, aims: { accuracy: 0.825 } },
    { name: 'IT tickets, business service', target: 'business_service', features: both, ...divide(labelled), bars: { accuracy: 0.535 } },
  ]
}

/** From here on an incident is measured on. */
const firstTestRow = 15_947
const cut = Date.parse('2016-04-26T22:37:00Z')
const incidentColumns = [
  'contact_type', 'caller_id', 'opened_by', 'location', 'category', 'subcategory', 'u_symptom', 'cmdb_ci', 'impact', 'urgency', 'priority', 'knowledge', 'notify',
]

/** In time: only labels known at the cut are learned from; rows whose label is empty are in neither part. */
export async function incidentTasks(folder: string): Promise<Task[]> {
  const target = 'final_assignment_group'
  const kindOf = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 'category' as const]))
  const first = 'first_assignment_group'
  const rows = await load(folder, 'uci_servicenow_incidents_dev.csv.gz', { ...kindOf([...incidentColumns, first, target]), opened_at: 'instant', close_hours: 'number' })
  const isLabelled = (row: Instance): boolean => row[target] !== null && row[target] !== ''
  const knownAt = (row: Instance): number => new Date(row['opened_at'] as string | Date).getTime() + Number(row['close_hours']) * 3_600_000
  const train = rows.slice(0, firstTestRow).filter((row) => isLabelled(row) && knownAt(row) < cut)
  const test = rows.slice(firstTestRow).filter(isLabelled)
  return [
    { name: 'ServiceNow incidents, last group, the first known', target, features: kindOf([...incidentColumns, first]), train, test, bars: { accuracy: 0.7 } },
    { name: 'ServiceNow incidents, last group, the first unknown', target, features: kindOf(incidentColumns), train, test, bars: { accuracy: 0.65 } },
  ]
}

export function datasetOf({ features }: Task, rows: readonly Instance[]): Dataset {
  return fromRecords(rows.map((row) => Object.fromEntries(Object.keys(features).map((name) => [name, row[name] ?? null]))), features)
}

/** As a user trains: what is chosen, calibrated and measured is what the framework does by itself. */
async function measure(ml: TenantMLSystem, task: Task): Promise<{ readonly ours: Quality; readonly majority: Quality }> {
  const features = Object.keys(task.features)
  const part = (rows: readonly Instance[], held: number): Instance[] =>
    rows.map((row) => ({ ...Object.fromEntries(features.map((name) => [name, row[name] ?? null])), target: String(row[task.target]), held }))
  const { report } = await ml.trainModel({
    modelId: 'quality', modelType: 'classification', trainingData: [...part(task.train, 0), ...part(task.test, 1)], target: 'target', features,
    columnKinds: { ...task.features, target: 'category', held: 'number' }, test: { kind: 'rule', rule: 'held==1' },
  })
  return { ours: qualityOf(report.metrics), majority: qualityOf(report.baseline) }
}

function qualityOf(metrics: object): Quality {
  const { accuracy, macroF1, logLoss } = metrics as Readonly<Record<string, unknown>>
  return { accuracy: Number(accuracy), macroF1: Number(macroF1), logLoss: typeof logLoss === 'number' ? logLoss : null }
}

/** Text: words and pairs, C = 10; categories: one-hot. Both without tuning, as the references are. */
async function measurePeer(peer: PythonPeer, task: Task): Promise<Quality> {
  const isText = Object.values(task.features).includes('text')
  const names = Object.keys(task.features)
  const line = (row: Instance) => [isText ? names.map((name) => row[name] ?? '').join(' ') : JSON.stringify(names.map((name) => String(row[name] ?? ''))), String(row[task.target])] as const
  const files = { train: writeRows(task.train.map(line)), test: writeRows(task.test.map(line)) }
  try {
    await peer.ask({ do: 'load', ...files })
    await peer.ask(isText ? { do: 'fit', C: 10, minDocumentFrequency: 1, sublinearTf: true } : { do: 'fitCategories', C: 1 })
    return await peer.ask<Quality>({ do: 'measure' })
  } finally {
    for (const file of Object.values(files)) rmSync(dirname(file), { recursive: true, force: true })
  }
}
