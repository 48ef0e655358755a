import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fromRecords } from '@motadata/core'
import { LogisticRegression, TfidfVectorizer } from '@motadata/learn'
import { DataProcessor, decodeModelArtifact, encodeModelArtifact } from '@motadata/ml-framework'
import { makeTickets } from '@motadata/use-case-ticket-classification'
import type { BenchmarkOptions, BenchmarkRow } from '../benchmark.js'
import { interleave } from '../interleave.js'
import { type LabelledTickets, loadLabelledTickets, writeRows } from '../main-job/labelled-tickets.js'
import { median, quantile, rounded } from '../median.js'
import { peersMissing, PythonPeer } from '../python-peer.js'

/** Text: learning a vocabulary, one prediction, and loading a classifier of tickets from disk. */
export async function benchmarkText(options: BenchmarkOptions): Promise<BenchmarkRow[]> {
  const tickets = await loadLabelledTickets(options.data)
  return [...(await vocabulary(options)), ...prediction(tickets, options)]
}

interface VocabularyFit {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly terms: number
}

function fitVocabulary(documents: readonly string[], threads: number): VocabularyFit {
  const [startedMs, before] = [performance.now(), process.cpuUsage()]
  const { fitted } = new TfidfVectorizer({ ngramRange: [1, 2] }).fitTransform(documents, { threads })
  const seconds = (performance.now() - startedMs) / 1000
  const { user, system } = process.cpuUsage(before)
  return { seconds, cpuSeconds: (user + system) / 1e6, terms: fitted.columnCount }
}

/** Both numbers of threads take turns with the peer, in the same rounds. */
async function vocabulary({ quick, log }: BenchmarkOptions): Promise<BenchmarkRow[]> {
  const documents = makeTickets({ rows: 50_000, seed: 7 }).map(({ text }) => text)
  const rowOf = (threads: 1 | 2) => ({
    task: `TF-IDF fit of words and pairs, 50,000 generated tickets, ${threads === 1 ? 'one thread' : 'two threads'}, to scikit-learn`,
    unit: 'ratio of time', better: 'lower', bar: threads === 1 ? 0.2 : 0.15, aim: 0.1,
  } as const)
  const peer = PythonPeer.start('scikit_text.py')
  if (!peer) return ([1, 2] as const).map((threads) => ({ ...rowOf(threads), value: null, note: peersMissing }))
  log('vocabulary of 50,000 documents')
  const file = writeRows(documents.map((text) => [text, ''] as const))
  try {
    await peer.ask({ do: 'load', train: file, test: file })
    const ours = { 1: [] as VocabularyFit[], 2: [] as VocabularyFit[] }
    let theirs = { seconds: 0, cpuSeconds: 0, terms: 0 }
    const times = await interleave(quick ? 2 : 5, async () => {
      for (const threads of [1, 2] as const) ours[threads].push(fitVocabulary(documents, threads))
      return 0
    }, async () => {
      theirs = await peer.ask({ do: 'vectorize' })
      return theirs.seconds
    })
    const peerSeconds = median(times.peer)
    return ([1, 2] as const).map((threads) => {
      const measured = ours[threads].slice(1)
      const seconds = median(measured.map((fit) => fit.seconds))
      return {
        ...rowOf(threads), value: rounded(seconds / peerSeconds, 3), ours: rounded(seconds), peer: rounded(peerSeconds),
        quality: `${measured[0]!.terms} terms to ${theirs.terms}`,
        note: `ours and peer in seconds; ${rounded(median(measured.map((fit) => fit.cpuSeconds)), 3)} to ${rounded(theirs.cpuSeconds, 3)} CPU seconds`,
      }
    })
  } finally {
    peer.stop()
    rmSync(dirname(file), { recursive: true, force: true })
  }
}

function prediction({ train, test, origin }: LabelledTickets, { quick, log }: BenchmarkOptions): BenchmarkRow[] {
  log('one prediction, and a cold load')
  const classes = [...new Set(train.map(([, label]) => label))].sort()
  const dataset = fromRecords(train.map(([text]) => ({ text })), { text: 'text' })
  const { processor, matrix } = new DataProcessor().fitTransform(dataset, { columnKinds: { text: 'text' } })
  const classifier = new LogisticRegression({ C: 10 }).fit(matrix, { classes, codes: Int32Array.from(train, ([, label]) => classes.indexOf(label)) })

  const instances = test.map(([text]) => ({ text }))
  const [row, probabilities] = [processor.createRow(), new Float64Array(classes.length)]
  const microseconds: number[] = []
  const count = quick ? 5_000 : 20_000
  for (let index = -count / 2; index < count; index++) {
    const instance = instances[(index + count) % instances.length]!
    const startedMs = performance.now()
    processor.encode(instance, row)
    classifier.predictRow(row, probabilities)
    if (index >= 0) microseconds.push((performance.now() - startedMs) * 1000)
  }

  const folder = mkdtempSync(join(tmpdir(), 'motadata-bench-'))
  try {
    const file = join(folder, 'model.safetensors')
    const manifest = {
      modelType: 'classification', signature: { inputs: processor.inputs, output: { kind: 'class', classes } }, seed: 0, datasetFingerprint: '', metrics: {}, versions: {},
      estimator: { kind: 'logistic-regression', hyperparameters: { C: 10 } },
    } as const
    const artifact = encodeModelArtifact(manifest, { processor, classifier })
    writeFileSync(file, artifact)
    const milliseconds = Array.from({ length: quick ? 20 : 200 }, () => {
      const startedMs = performance.now()
      decodeModelArtifact(readFileSync(file))
      return performance.now() - startedMs
    })
    const p50 = rounded(quantile(microseconds, 0.5), 3)
    const p99 = rounded(quantile(milliseconds, 0.99), 3)
    return [
      {
        task: `one prediction of a text model, features and probabilities, p50 (${origin})`, value: p50, unit: 'µs', better: 'lower', bar: 30, aim: 13, ours: p50,
        note: `p99 ${rounded(quantile(microseconds, 0.99), 3)} µs`,
      },
      {
        task: `cold load of a ticket classifier from disk, p99 (${origin})`, value: p99, unit: 'ms', better: 'lower', bar: 20, aim: 5, ours: p99,
        note: `p50 ${rounded(quantile(milliseconds, 0.5), 3)} ms; artifact of ${rounded(artifact.length / 2 ** 20, 3)} MiB, the page cache warm`,
      },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
