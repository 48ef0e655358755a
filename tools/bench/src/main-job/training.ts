import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { openPlatform } from '@motadata/adapters'
import { parseTenantId, platformContext } from '@motadata/core'
import { accuracy, LogisticRegression, logLoss, mostProbable, TfidfVectorizer } from '@motadata/learn'
import { MLSystem } from '@motadata/ml-framework'
import type { BenchmarkOptions, BenchmarkRow } from '../benchmark.js'
import { interleave, type Interleaved } from '../interleave.js'
import { median, rounded } from '../median.js'
import { peersMissing, PythonPeer } from '../python-peer.js'
import { type LabelledTickets, writeRows } from './labelled-tickets.js'

/** The setting that both sides fit; it is the reference's. */
const setting = { C: 10, minDocumentFrequency: 1, sublinearTf: true } as const

interface Quality {
  readonly accuracy: number
  readonly logLoss: number
}

/** Training against scikit-learn: the same algorithm at the same setting, and the whole of ours, its search included, against one fit of theirs. */
export async function benchmarkTraining(tickets: LabelledTickets, { quick, log }: BenchmarkOptions): Promise<BenchmarkRow[]> {
  const rounds = quick ? 2 : 7
  const sameSetting = row('fit TF-IDF (1,2) and logistic regression, C 10, to scikit-learn', tickets)
  const whole = row('train a version, choice of C, measurement and registration included, to one scikit-learn fit', tickets)
  const peer = PythonPeer.start('scikit_text.py')
  if (!peer) return [sameSetting, whole].map((empty) => ({ ...empty, value: null, note: peersMissing }))

  const files = { train: writeRows(tickets.train), test: writeRows(tickets.test) }
  try {
    await peer.ask({ do: 'load', ...files })
    const peerFit = async () => (await peer.ask<{ seconds: number }>({ do: 'fit', ...setting })).seconds

    log('training: the same setting on both sides')
    let quality: Quality = { accuracy: 0, logLoss: 0 }
    const fits = await interleave(rounds, async () => {
      const { seconds, ...measured } = fitOurs(tickets)
      quality = measured
      return seconds
    }, peerFit)
    const peerQuality = await peer.ask<Quality>({ do: 'measure' })

    log('training: the whole of it')
    const trained = await trainWhole(tickets, rounds, peerFit)
    return [
      { ...sameSetting, ...ratio(fits), quality: describe(quality, peerQuality) },
      { ...whole, ...ratio(trained.times), quality: describe(trained.quality, peerQuality) },
    ]
  } finally {
    peer.stop()
    for (const file of Object.values(files)) rmSync(dirname(file), { recursive: true, force: true })
  }
}

function fitOurs({ train, test }: LabelledTickets): Quality & { readonly seconds: number } {
  const classes = [...new Set(train.map(([, label]) => label))].sort()
  const codes = (rows: LabelledTickets['train']) => Int32Array.from(rows, ([, label]) => classes.indexOf(label))
  const trainTexts = train.map(([text]) => text)
  const target = { classes, codes: codes(train) }

  const startedMs = performance.now()
  const { fitted, rows } = new TfidfVectorizer({
    ngramRange: [1, 2], minDocumentFrequency: setting.minDocumentFrequency, sublinearTf: setting.sublinearTf,
  }).fitTransform(trainTexts)
  const model = new LogisticRegression({ C: setting.C }).fit({ rowCount: train.length, sparse: rows }, target)
  const seconds = (performance.now() - startedMs) / 1000

  const probabilities = model.predictProbabilities({ rowCount: test.length, sparse: fitted.transform(test.map(([text]) => text)) })
  const actual = codes(test)
  return {
    seconds,
    accuracy: accuracy(actual, mostProbable(probabilities, classes.length)),
    logLoss: logLoss(actual, probabilities, classes.length),
  }
}

async function trainWhole(tickets: LabelledTickets, rounds: number, peerFit: () => Promise<number>): Promise<{ times: Interleaved; quality: Quality }> {
  const platform = await openPlatform({ inMemory: true })
  try {
    const system = await MLSystem.open(platform)
    let quality: Quality = { accuracy: 0, logLoss: 0 }
    const times = await interleave(rounds, async () => {
      const startedMs = performance.now()
      const version = await system.train(
        platformContext(parseTenantId('bench'), platform.ids.next()),
        { modelId: 'ticket_classifier', modelType: 'classification', target: tickets.target, features: ['text'], columnKinds: { text: 'text' }, test: { kind: 'rule', rule: tickets.testRule } },
        tickets.dataset,
      )
      const { metrics } = version.report
      if (metrics.accuracy === undefined) throw new Error('Expected metrics of classes, got those of numbers.')
      quality = metrics
      return (performance.now() - startedMs) / 1000
    }, peerFit)
    return { times, quality }
  } finally {
    await platform.close()
  }
}

function row(task: string, { train, origin }: LabelledTickets) {
  return { task: `${task} (${train.length} ${origin})`, unit: 'ratio of time', better: 'lower', bar: 1, aim: 0.3 } as const
}

function ratio({ ours, peer }: Interleaved) {
  return { value: rounded(median(ours) / median(peer), 3), ours: rounded(median(ours)), peer: rounded(median(peer)), note: 'ours and peer in seconds' }
}

function describe(ours: Quality, peer: Quality): string {
  return `log-loss ${ours.logLoss.toFixed(3)} to ${peer.logLoss.toFixed(3)}, accuracy ${ours.accuracy.toFixed(3)} to ${peer.accuracy.toFixed(3)}`
}
