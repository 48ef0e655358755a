import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { accuracy, createFeatureRow, type FittedClassifier, LinearSVM, LogisticRegression, logLoss, mostProbable, NearestNeighbours } from '@motadata/learn'
import type { BenchmarkOptions, BenchmarkRow } from '../benchmark.js'
import { interleave, type Interleaved } from '../interleave.js'
import { loadLabelledTickets } from '../main-job/labelled-tickets.js'
import { median, rounded } from '../median.js'
import { peersMissing, PythonPeer } from '../python-peer.js'
import { generateTextMatrix, type TextMatrix, ticketTextMatrix, writeTextPart } from './text-matrix.js'

const C = 10
const svmC = 1
const neighbours = 10

/** Linear models of sparse text, and nearest neighbours, against scikit-learn on one matrix; each side in one thread. */
export async function benchmarkLinear(options: BenchmarkOptions): Promise<BenchmarkRow[]> {
  const peer = PythonPeer.start('linear.py')
  const rows: BenchmarkRow[] = []
  const large = generateTextMatrix(options.quick ? 10_000 : 50_000, 2_000, 7)
  try {
    const smaller = generateTextMatrix(options.quick ? 5_000 : 20_000, 4_000, 1)
    rows.push(await compareLogistic(peer, [smaller, ...(options.quick ? [] : [2, 3, 4, 5].map((seed) => generateTextMatrix(20_000, 4_000, seed)))], options))
    if (options.data !== undefined) rows.push(await compareLogistic(peer, [ticketTextMatrix(await loadLabelledTickets(options.data))], options))
    rows.push(await compareSVM(peer, smaller, options))
    rows.push(...(await compareQueries(peer, large, options)))
    return rows
  } finally {
    peer?.stop()
  }
}

/** Fits the first matrix in turn with the peer, and measures quality on all. */
async function compareLogistic(peer: PythonPeer | undefined, matrices: readonly TextMatrix[], { quick, log }: BenchmarkOptions): Promise<BenchmarkRow> {
  const [first] = matrices as [TextMatrix]
  const row = {
    task: `fit logistic regression, C ${C}, on TF-IDF of ${first.origin}, to scikit-learn's L-BFGS`, unit: 'ratio of time', better: 'lower', bar: 0.2, aim: 0.05,
  } as const
  if (!peer) return { ...row, value: null, note: peersMissing }
  log(row.task)
  const fit = (matrix: TextMatrix) => timed(() => new LogisticRegression({ C }).fit({ rowCount: matrix.train.sparse.rowCount, sparse: matrix.train.sparse }, matrix.train.target))
  const ask = () => peer.ask<Times>({ do: 'fit', model: 'logistic', C })
  const losses: string[] = []
  let compared: Compared | undefined
  for (const matrix of matrices) {
    await withLoaded(peer, matrix, async () => {
      const measured = await compare(matrix === first ? (quick ? 2 : 5) : 0, () => fit(matrix), ask)
      compared ??= measured
      const theirs = await peer.ask<{ logLoss: number }>({ do: 'measure' })
      losses.push(`${lossOf(measured.model, matrix).toFixed(4)} to ${theirs.logLoss.toFixed(4)}`)
    })
  }
  return { ...row, ...ratioOf(compared!), quality: `log-loss ${losses.join(', ')}` }
}

async function compareSVM(peer: PythonPeer | undefined, matrix: TextMatrix, { quick, log }: BenchmarkOptions): Promise<BenchmarkRow> {
  const row = {
    task: `fit linear support vector machine, C ${svmC}, on TF-IDF of ${matrix.origin}, to LinearSVC`, unit: 'ratio of time', better: 'lower', bar: 1, aim: 0.5,
  } as const
  if (!peer) return { ...row, value: null, note: peersMissing }
  log(row.task)
  return withLoaded(peer, matrix, async () => {
    const fit = () => timed(() => new LinearSVM({ C: svmC, calibrationFolds: 0 }).fit({ rowCount: matrix.train.sparse.rowCount, sparse: matrix.train.sparse }, matrix.train.target))
    const compared = await compare(quick ? 2 : 5, fit, () => peer.ask<Times>({ do: 'fit', model: 'svm', C: svmC }))
    const theirs = await peer.ask<{ accuracy: number }>({ do: 'measure' })
    return { ...row, ...ratioOf(compared), quality: `accuracy ${accuracyOf(compared.model, matrix).toFixed(4)} to ${theirs.accuracy.toFixed(4)}` }
  })
}

async function compareQueries(peer: PythonPeer | undefined, matrix: TextMatrix, { quick, log }: BenchmarkOptions): Promise<BenchmarkRow[]> {
  const { sparse } = matrix.train
  const queries = quick ? 50 : 200
  const rowOf = (how: string, bar: number) => ({
    task: `${neighbours} nearest by cosine among ${matrix.origin}, ${how}`, unit: 'ratio of queries/s', better: 'higher', bar, aim: 2 * bar,
  } as const)
  const kinds = [
    { row: rowOf("to scikit-learn's brute force, one by one", 2), batch: false }, { row: rowOf("to scikit-learn's brute force in one batch", 1), batch: true },
  ]
  if (!peer) return kinds.map(({ row }) => ({ ...row, value: null, note: peersMissing }))
  const index = new NearestNeighbours({ denseCount: 0, sparseCount: sparse.columnCount })
  index.append({ X: { rowCount: sparse.rowCount, sparse }, ids: Array.from({ length: sparse.rowCount }, (_, row) => String(row)) })
  return withLoaded(peer, matrix, async () => {
    await peer.ask({ do: 'index', count: neighbours })
    const rows: BenchmarkRow[] = []
    for (const { batch, row } of kinds) {
      log(row.task)
      let similarity = 0
      const compared = await compare(quick ? 2 : 5, () => timed(() => (similarity = queryAll(index, matrix, queries))), async () => {
        const answer = await peer.ask<Times & { similarity: number }>({ do: 'query', queries, batch })
        if (Math.abs(answer.similarity - similarity) > 1e-4) throw new Error(`The neighbours differ: ${similarity} to ${answer.similarity}.`)
        return answer
      })
      const [ours, theirs] = [queries / median(compared.times.ours), queries / median(compared.times.peer)]
      rows.push({ ...row, value: rounded(ours / theirs, 3), ours: rounded(ours), peer: rounded(theirs), quality: `mean similarity ${similarity.toFixed(4)} on both sides`, note: 'queries/s, one thread' })
    }
    return rows
  })
}

/** The mean similarity of what was found; rows that have nothing in common with a query count 0, as with the peer. */
function queryAll(index: NearestNeighbours, { test: { sparse } }: TextMatrix, queries: number): number {
  const row = createFeatureRow(0, sparse.columnCount)
  let sum = 0
  for (let query = 0; query < queries; query++) {
    const [start, end] = [sparse.rowPointers[query]!, sparse.rowPointers[query + 1]!]
    row.sparseCount = end - start
    row.sparseIndices.set(sparse.columnIndices.subarray(start, end))
    row.sparseValues.set(sparse.values.subarray(start, end))
    for (const { score } of index.query(row, { count: neighbours })) sum += score
  }
  return sum / (queries * neighbours)
}

interface Times {
  readonly seconds: number
  readonly cpuSeconds: number
}

interface Compared<Model = FittedClassifier> {
  readonly times: Interleaved
  readonly cpu: Interleaved
  readonly model: Model
}

/** Both sides in turn, after one round that does not count; without rounds that one counts. */
async function compare<Model>(rounds: number, ours: () => Times & { readonly result: Model }, peer: () => Promise<Times>): Promise<Compared<Model>> {
  const cpu = { ours: [] as number[], peer: [] as number[] }
  let model: Model | undefined
  const times = await interleave(rounds, () => {
    const { seconds, cpuSeconds, result } = ours()
    model = result
    cpu.ours.push(cpuSeconds)
    return Promise.resolve(seconds)
  }, async () => {
    const { seconds, cpuSeconds } = await peer()
    cpu.peer.push(cpuSeconds)
    return seconds
  })
  return { times, cpu, model: model! }
}

function timed<Result>(work: () => Result): Times & { readonly result: Result } {
  const [startedMs, startedCpu] = [performance.now(), process.cpuUsage()]
  const result = work()
  const cpu = process.cpuUsage(startedCpu)
  return { result, seconds: (performance.now() - startedMs) / 1000, cpuSeconds: (cpu.user + cpu.system) / 1e6 }
}

async function withLoaded<Result>(peer: PythonPeer, matrix: TextMatrix, work: () => Promise<Result>): Promise<Result> {
  const files = { train: writeTextPart(matrix.train), test: writeTextPart(matrix.test) }
  try {
    await peer.ask({ do: 'load', columns: matrix.train.sparse.columnCount, ...files })
    return await work()
  } finally {
    for (const { codes } of Object.values(files)) rmSync(dirname(codes), { recursive: true, force: true })
  }
}

function ratioOf({ times, cpu }: Compared) {
  return {
    value: rounded(median(times.ours) / median(times.peer), 3), ours: rounded(median(times.ours), 3), peer: rounded(median(times.peer), 3),
    note: `seconds, one thread; of the processors ${rounded(median(cpu.ours), 3)} to ${rounded(median(cpu.peer), 3)}`,
  }
}

const testOf = ({ test }: TextMatrix) => ({ rowCount: test.sparse.rowCount, sparse: test.sparse })
const lossOf = (model: FittedClassifier, matrix: TextMatrix): number =>
  logLoss(matrix.test.target.codes, model.predictProbabilities(testOf(matrix)), model.classes.length)
const accuracyOf = (model: FittedClassifier, matrix: TextMatrix): number =>
  accuracy(matrix.test.target.codes, mostProbable(model.predictProbabilities(testOf(matrix)), model.classes.length))
