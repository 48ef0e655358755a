import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRandom } from '@motadata/core'
import {
  accuracy, createFeatureRow, type FeatureMatrix, GradientBoostingClassifier, mostProbable, RandomForestClassifier, TreeExplainer,
} from '@motadata/learn'
import type { BenchmarkOptions, BenchmarkRow } from '../benchmark.js'
import { interleave } from '../interleave.js'
import { median, quantile, rounded } from '../median.js'
import { peersMissing, PythonPeer } from '../python-peer.js'
import { cutTable, type GeneratedTable } from './generated-table.js'
import { writeTable } from './table-files.js'
import { timed } from './timed.js'

const classes = ['0', '1', '2']
const columnCount = 20
const trainRows = 50_000
const testRows = 10_000
const bars = { 1: 0.25, 2: 0.28 } as const

/** Random forests on a generated table of 50,000 rows and 20 columns, and what it takes to explain a prediction. */
export async function benchmarkForest({ quick, log }: BenchmarkOptions): Promise<BenchmarkRow[]> {
  const [train, test] = cutTable(threeClasses(trainRows + testRows, 3), trainRows)
  const explained = explainOneRow(train)
  const peer = PythonPeer.start('forest.py')
  if (!peer) return [...([1, 2] as const).map((threads) => ({ ...fitRow(threads, 100), value: null, note: peersMissing })), explained]
  const folder = mkdtempSync(join(tmpdir(), 'motadata-bench-'))
  try {
    await peer.ask({ do: 'load', columns: columnCount, train: writeTable(folder, 'train', train), test: writeTable(folder, 'test', test) })
    const rows: BenchmarkRow[] = []
    for (const threads of [1, 2] as const) rows.push(await compareFits(peer, train, test, threads, quick, log))
    return [...rows, explained]
  } finally {
    peer.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const fitRow = (threads: 1 | 2, trees: number) => ({
  task: `fit a random forest, ${trees} trees, ${trainRows} × ${columnCount}, ${threads === 1 ? '1 thread' : `${threads} threads`}, to scikit-learn`,
  unit: 'ratio of time', better: 'lower', bar: bars[threads], aim: 0.15,
} as const)

interface Fit {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly accuracy: number
}

/** Every round has a seed of its own, so the accuracies are those of several. */
async function compareFits(
  peer: PythonPeer, train: GeneratedTable, test: GeneratedTable, threads: 1 | 2, quick: boolean, log: (line: string) => void,
): Promise<BenchmarkRow> {
  const trees = quick ? 20 : 100
  log(`random forests: fits of ${trees} trees, threads: ${threads}`)
  const fits = { ours: [] as Fit[], peer: [] as Fit[] }
  const times = await interleave(quick ? 2 : 5, async () => {
    const fit = fitOurs(train, test, { trees, threads, seed: fits.ours.length })
    fits.ours.push(fit)
    return fit.seconds
  }, async () => {
    const fit = await peer.ask<Fit>({ do: 'fit', trees, threads, seed: fits.peer.length })
    fits.peer.push(fit)
    return fit.seconds
  })
  const mean = (side: readonly Fit[]): number => side.reduce((sum, fit) => sum + fit.accuracy, 0) / side.length
  const cpu = (side: readonly Fit[]): number => rounded(median(side.map(({ cpuSeconds }) => cpuSeconds)), 3)
  return {
    ...fitRow(threads, trees),
    value: rounded(median(times.ours) / median(times.peer), 3), ours: rounded(median(times.ours)), peer: rounded(median(times.peer)),
    quality: `accuracy ${mean(fits.ours).toFixed(4)} to ${mean(fits.peer).toFixed(4)}, means of ${fits.ours.length} seeds`,
    note: `seconds; of the processors ${cpu(fits.ours)} to ${cpu(fits.peer)}`,
  }
}

const matrixOf = ({ rowCount, columnCount: width, values }: GeneratedTable): FeatureMatrix => ({ rowCount, dense: { rowCount, columnCount: width, values } })

function fitOurs(train: GeneratedTable, test: GeneratedTable, { trees, threads, seed }: { trees: number; threads: number; seed: number }): Fit {
  const estimator = new RandomForestClassifier({ trees })
  let fitted: ReturnType<typeof estimator.fit> | undefined
  const [seconds, cpuSeconds] = timed(() => (fitted = estimator.fit(matrixOf(train), { classes, codes: train.codes }, { threads, seed })))
  const probabilities = fitted!.predictProbabilities(matrixOf(test))
  return { seconds, cpuSeconds, accuracy: accuracy(test.codes, mostProbable(probabilities, classes.length)) }
}

/** Rows one after the other by boosted trees of two classes, each row other than the last. */
function explainOneRow(train: GeneratedTable): BenchmarkRow {
  const [few] = cutTable(train, 10_000)
  const model = new GradientBoostingClassifier({ iterations: 100, maxLeaves: 31 })
    .fit(matrixOf(few), { classes: ['0', '1'], codes: few.codes.map((code) => Math.min(code, 1)) })
  const explainer = new TreeExplainer(model)
  const row = createFeatureRow(columnCount, 0)
  const micros: number[] = []
  for (let i = 0; i < 600; i++) {
    row.dense.set(few.values.subarray(i * columnCount, (i + 1) * columnCount))
    const startedMs = performance.now()
    explainer.explain(row)
    micros.push((performance.now() - startedMs) * 1000)
  }
  const measured = micros.slice(200)
  return {
    task: 'explain one row by 100 boosted trees of 31 leaves (TreeSHAP), in process, p50', value: rounded(quantile(measured, 0.5), 3), unit: 'µs', better: 'lower',
    bar: 2000, aim: 500, note: `p99 ${rounded(quantile(measured, 0.99), 3)} µs`,
  }
}

/** Normal numbers, and the class with the largest of three scores of sums, products, waves and squares of them, with noise. */
function threeClasses(rowCount: number, seed: number): GeneratedTable {
  const random = createRandom(seed)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
  const gumbel = (): number => -Math.log(-Math.log(1 - random.next()))
  const values = Float32Array.from({ length: rowCount * columnCount }, normal)
  const codes = new Int32Array(rowCount)
  for (let row = 0; row < rowCount; row++) {
    const own = values.subarray(row * columnCount, (row + 1) * columnCount)
    const scores = [own[0]! * own[1]! + own[2]!, Math.sin(2 * own[3]!) + 0.8 * own[4]!, own[5]! - 0.5 * own[6]! ** 2 + 0.5].map((score) => score + 0.35 * gumbel())
    codes[row] = scores.indexOf(Math.max(...scores))
  }
  return { rowCount, columnCount, values, codes }
}
