import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFeatureRow, type FeatureMatrix, type FittedBoostingClassifier, GradientBoostingClassifier, logLoss, rocAuc } from '@motadata/learn'
import type { BenchmarkOptions, BenchmarkRow } from '../benchmark.js'
import { interleave } from '../interleave.js'
import { median, quantile, rounded } from '../median.js'
import { peersMissing, PythonPeer } from '../python-peer.js'
import { cutTable, type GeneratedTable, generateTable } from './generated-table.js'
import { writeTable } from './table-files.js'
import { timed } from './timed.js'

const setting = { iterations: 100, learningRate: 0.1, maxLeaves: 31, minLeafRows: 20, l2: 0 } as const
const columnCount = 30
const testRows = 50_000
const peers = [
  { peer: 'scikit-learn', name: 'HistGradientBoosting', bars: { 1: 0.85, 2: 1 }, aims: { 1: 0.6, 2: 0.8 } },
  { peer: 'xgboost', name: 'XGBoost hist', bars: { 1: 1.1, 2: 1.25 }, aims: { 1: 0.8, 2: 0.8 } },
] as const

/** Boosted trees on a generated table of 200,000 rows and 30 columns: fits, predictions of 50,000 rows, and of one. */
export async function benchmarkBoosting({ quick, log }: BenchmarkOptions): Promise<BenchmarkRow[]> {
  const [train, test] = cutTable(generateTable((quick ? 50_000 : 200_000) + testRows, columnCount, 7), quick ? 50_000 : 200_000)
  const peer = PythonPeer.start('boosting.py')
  const own = fitOurs(train, 1)
  const single = predictOneRow(own.model, test)
  if (!peer) {
    return [...emptyRows(train).map((row) => ({ ...row, value: null, note: peersMissing })), single]
  }
  const folder = mkdtempSync(join(tmpdir(), 'motadata-bench-'))
  try {
    await peer.ask({ do: 'load', columns: columnCount, train: writeTable(folder, 'train', train), test: writeTable(folder, 'test', test) })
    const rows: BenchmarkRow[] = []
    for (const threads of [1, 2] as const) {
      for (const against of peers) rows.push(await compareFits(peer, train, test, threads, against, quick, log))
      rows.push(await comparePredictions(peer, own.model, test, threads, quick, log))
    }
    return [...rows, single]
  } finally {
    peer.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const fitRow = (train: GeneratedTable, threads: 1 | 2, { name, bars, aims }: (typeof peers)[number]) => ({
  task: `fit boosted trees, 100 rounds of 31 leaves, ${train.rowCount} × ${columnCount}, ${threadsText(threads)}, to ${name}`,
  unit: 'ratio of time', better: 'lower', bar: bars[threads], aim: aims[threads],
} as const)
const predictRowOf = (threads: number) => ({
  task: `predict ${testRows} rows by boosted trees, ${threadsText(threads)}, to HistGradientBoosting`, unit: 'ratio of time', better: 'lower', bar: 1, aim: 0.5,
} as const)
const threadsText = (threads: number): string => (threads === 1 ? '1 thread' : `${threads} threads`)
const emptyRows = (train: GeneratedTable) => ([1, 2] as const).flatMap((threads) => [...peers.map((against) => fitRow(train, threads, against)), predictRowOf(threads)])

interface Times {
  readonly seconds: number
  readonly cpuSeconds: number
}

async function compareFits(
  peer: PythonPeer, train: GeneratedTable, test: GeneratedTable, threads: 1 | 2, against: (typeof peers)[number], quick: boolean, log: (line: string) => void,
): Promise<BenchmarkRow> {
  log(`boosted trees: fits in ${threadsText(threads)} against ${against.name}`)
  const cpu = { ours: [] as number[], peer: [] as number[] }
  let model: FittedBoostingClassifier | undefined
  const times = await interleave(quick ? 2 : 5, async () => {
    const fit = fitOurs(train, threads)
    model = fit.model
    cpu.ours.push(fit.cpuSeconds)
    return fit.seconds
  }, async () => {
    const { seconds, cpuSeconds } = await peer.ask<Times>({ do: 'fit', peer: against.peer, threads })
    cpu.peer.push(cpuSeconds)
    return seconds
  })
  const theirs = await peer.ask<{ auc: number; logLoss: number }>({ do: 'measure' })
  const ours = measureOurs(model!, test)
  return {
    ...fitRow(train, threads, against),
    value: rounded(median(times.ours) / median(times.peer), 3), ours: rounded(median(times.ours)), peer: rounded(median(times.peer)),
    quality: `AUC ${ours.auc.toFixed(4)} to ${theirs.auc.toFixed(4)}, log-loss ${ours.logLoss.toFixed(4)} to ${theirs.logLoss.toFixed(4)}`,
    note: `seconds; of the processors ${rounded(median(cpu.ours), 3)} to ${rounded(median(cpu.peer), 3)}`,
  }
}

async function comparePredictions(
  peer: PythonPeer, model: FittedBoostingClassifier, test: GeneratedTable, threads: 1 | 2, quick: boolean, log: (line: string) => void,
): Promise<BenchmarkRow> {
  log(`boosted trees: predictions in ${threadsText(threads)}`)
  await peer.ask({ do: 'fit', peer: 'scikit-learn', threads })
  const cpu = { ours: [] as number[], peer: [] as number[] }
  const times = await interleave(quick ? 3 : 15, async () => {
    const [seconds, cpuSeconds] = timed(() => model.predictProbabilities(matrixOf(test), { threads }))
    cpu.ours.push(cpuSeconds)
    return seconds
  }, async () => {
    const { seconds, cpuSeconds } = await peer.ask<Times>({ do: 'predict', threads })
    cpu.peer.push(cpuSeconds)
    return seconds
  })
  return {
    ...predictRowOf(threads),
    value: rounded(median(times.ours) / median(times.peer), 3), ours: rounded(median(times.ours)), peer: rounded(median(times.peer)),
    note: `seconds; of the processors ${rounded(median(cpu.ours), 3)} to ${rounded(median(cpu.peer), 3)}`,
  }
}

/** Rows one after the other, as they come to a server, each other than the last. */
function predictOneRow(model: FittedBoostingClassifier, test: GeneratedTable): BenchmarkRow {
  const row = createFeatureRow(columnCount, 0)
  const out = new Float64Array(2)
  const micros: number[] = []
  for (let i = 0; i < 20_000; i++) {
    row.dense.set(test.values.subarray(i * columnCount, (i + 1) * columnCount))
    const startedMs = performance.now()
    model.predictRow(row, out)
    micros.push((performance.now() - startedMs) * 1000)
  }
  const measured = micros.slice(10_000)
  return {
    task: 'predict one row by 100 boosted trees, in process, p50', value: rounded(quantile(measured, 0.5), 3), unit: 'µs', better: 'lower', bar: 20, aim: 5,
    note: `p99 ${rounded(quantile(measured, 0.99), 3)} µs`,
  }
}

const matrixOf = ({ rowCount, columnCount: width, values }: GeneratedTable): FeatureMatrix => ({ rowCount, dense: { rowCount, columnCount: width, values } })

function fitOurs(train: GeneratedTable, threads: number): Times & { readonly model: FittedBoostingClassifier } {
  let model: FittedBoostingClassifier | undefined
  const [seconds, cpuSeconds] = timed(() => {
    model = new GradientBoostingClassifier(setting).fit(matrixOf(train), { classes: ['0', '1'], codes: train.codes }, { threads })
  })
  return { seconds, cpuSeconds, model: model! }
}

function measureOurs(model: FittedBoostingClassifier, test: GeneratedTable): { auc: number; logLoss: number } {
  const probabilities = model.predictProbabilities(matrixOf(test))
  return { auc: rocAuc(test.codes, probabilities.filter((_, i) => i % 2 === 1)), logLoss: logLoss(test.codes, probabilities, 2) }
}
