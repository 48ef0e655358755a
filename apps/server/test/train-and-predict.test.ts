import { gzipSync } from 'node:zlib'
import { until } from '@motadata/testing'
import { type JobAnswer, startTestServer, type TestServer, tickets, trainingRows } from './support/running-server.js'

interface VersionAnswer {
  readonly version: number
  readonly aliases: readonly string[]
  readonly report: { readonly trainRows: number; readonly testRows: number }
}

interface PredictAnswer {
  readonly model: { readonly name: string; readonly version: number }
  readonly predictions: readonly { readonly label: string; readonly probability: number; readonly probabilities: Readonly<Record<string, number>>; readonly entityKey?: string }[]
}

const quote = (value: string): string => `"${value.replaceAll('"', '""')}"`
const csv = ['text,category', ...trainingRows.map(({ text, category }) => `${quote(text)},${quote(category)}`)].join('\n')
const asCsv = { 'content-type': 'text/csv' }
const categories = new Set(tickets.map(({ category }) => category))

describe('training and predicting over HTTP', () => {
  let server: TestServer
  let trainer: string

  beforeAll(async () => {
    server = await startTestServer()
    trainer = server.first.keys.trainer
  })
  afterAll(() => server.stop())

  const upload = (query: string, body: string | Uint8Array, headers: Record<string, string> = asCsv) =>
    server.ask<JobAnswer>('POST', `/v1/training-jobs?${query}`, { key: trainer, body, headers })
  const predict = (path: string) =>
    server.ask<PredictAnswer>('POST', `/v1/models/${path}/predict`, {
      key: server.first.keys.predictor,
      body: { instances: [{ entityKey: 'INC1', text: 'the VPN drops every few minutes' }, { text: 'my laptop screen is broken' }] },
    })

  it('takes a CSV file, tells how far the job is, and ends in a measured first version that is champion', async () => {
    const accepted = await upload('modelId=routing&target=category&text=text&seed=3', csv)
    expect(accepted.status).toBe(202)
    expect(accepted.headers.get('location')).toBe(`/v1/jobs/${accepted.body.id}`)

    const seen: JobAnswer[] = []
    const job = await until(async () => {
      const { body } = await server.ask<JobAnswer>('GET', accepted.headers.get('location')!, { key: server.first.keys.viewer })
      seen.push(body)
      return ['queued', 'running'].includes(body.state) ? undefined : body
    }, { withinMs: 25_000 })
    const shares = seen.map(({ progress }) => progress.share)
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(new Set(seen.map(({ progress }) => progress.stage)).size).toBeGreaterThan(1)

    expect(job).toMatchObject({ state: 'succeeded', kind: 'train', progress: { share: 1 }, attempt: 1, result: { modelId: 'routing', version: 1, badRowCount: 0 } })
    const { metrics, baseline } = job.result!
    expect(metrics.accuracy).toBeGreaterThan(baseline.accuracy + 0.2)
    expect(metrics.macroF1).toBeGreaterThan(baseline.macroF1 + 0.2)
    expect(metrics.logLoss).toBeLessThan(baseline.logLoss)

    const version = await server.ask<VersionAnswer>('GET', '/v1/models/routing/versions/1', { key: trainer })
    expect(version.body).toMatchObject({ version: 1, aliases: ['champion'], report: { metrics, baseline } })
    expect(version.body.report.trainRows + version.body.report.testRows).toBe(tickets.length)
  })

  it('shows the card of a version as a page that loads nothing and runs nothing', async () => {
    await server.train('carded')
    const page = await server.ask('GET', '/v1/models/carded/versions/1/card.html', { key: server.first.keys.viewer })
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'/)
    expect(page.text).toMatch(/^<!doctype html>[\s\S]*Model card: carded, version 1[\s\S]*<svg /)
    expect(page.text).not.toMatch(/<script|undefined|NaN/)
    expect((await server.ask('GET', '/v1/models/carded/versions/2/card.html', { key: trainer })).body).toMatchObject({ status: 404, code: 'MODEL_VERSION_NOT_FOUND' })
  })

  it('answers with labels and the probabilities of all classes, in the order of the instances', async () => {
    const { status, body } = await predict('routing')
    expect(status).toBe(200)
    expect(body.model).toEqual({ name: 'routing', version: 1 })
    expect(body.predictions.map(({ entityKey }) => entityKey)).toEqual(['INC1', undefined])
    for (const { label, probability, probabilities } of body.predictions) {
      expect(new Set(Object.keys(probabilities))).toEqual(categories)
      expect(Object.values(probabilities).reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9)
      expect(probability).toBe(Math.max(...Object.values(probabilities)))
      expect(probabilities[label]).toBe(probability)
    }
  })

  it('takes a gzip file; the second version answers once the alias means it, and not before', async () => {
    const accepted = await upload('modelId=routing&target=category&text=text', gzipSync(csv), { 'content-type': 'application/gzip' })
    expect(await server.endedJob(trainer, accepted.body.id)).toMatchObject({ state: 'succeeded', result: { modelId: 'routing', version: 2 } })
    expect((await predict('routing')).body.model.version).toBe(1)
    expect((await predict('routing/versions/2')).body.model.version).toBe(2)

    const promoted = await server.ask<VersionAnswer>('PUT', '/v1/models/routing/aliases/champion', { key: trainer, body: { version: 2 } })
    expect(promoted).toMatchObject({ status: 200, body: { version: 2, aliases: ['champion'] } })
    expect((await predict('routing')).body.model.version).toBe(2)

    await server.ask('PUT', '/v1/models/routing/aliases/challenger', { key: trainer, body: { version: 1 } })
    expect((await predict('routing@challenger')).body.model.version).toBe(1)
  })

  it('takes rows as JSON, with a use case that fills in what is not said', async () => {
    const accepted = await server.ask<JobAnswer>('POST', '/v1/training-jobs', { key: trainer, body: { useCase: 'ticket-classification', rows: trainingRows } })
    expect(accepted.status).toBe(202)
    const job = await server.endedJob(trainer, accepted.body.id)
    expect(job).toMatchObject({ state: 'succeeded', result: { modelId: 'ticket-classification', version: 1 } })
    expect((await predict('ticket-classification')).status).toBe(200)
  })

  it('takes a file for a use case', async () => {
    const accepted = await upload('useCase=ticket-classification', csv)
    expect(await server.endedJob(trainer, accepted.body.id)).toMatchObject({ state: 'succeeded', result: { modelId: 'ticket-classification', version: 2 } })
  })

  it('gives the same job for the same Idempotency-Key, and another for another', async () => {
    const request = (key: string) => upload('modelId=once&target=category&text=text', csv, { ...asCsv, 'idempotency-key': key })
    const [first, again, other] = [await request('upload-1'), await request('upload-1'), await request('upload-2')]
    expect(again).toMatchObject({ status: 202, body: { id: first.body.id } })
    expect(other.body.id).not.toBe(first.body.id)
    await server.ask('POST', `/v1/jobs/${other.body.id}/cancel`, { key: trainer })
    await server.endedJob(trainer, first.body.id)
    const { body } = await server.ask<{ versions: unknown[] }>('GET', '/v1/models/once/versions', { key: trainer })
    expect(body.versions).toHaveLength(1)
  })

  it('ends a job that is cancelled, which then registers nothing', async () => {
    // one job of a tenant runs at a time, so of two the second waits
    const [running, waiting] = [await upload('modelId=kept&target=category', csv), await upload('modelId=cancelled&target=category', csv)]
    const cancelled = await server.ask<JobAnswer>('POST', `/v1/jobs/${waiting.body.id}/cancel`, { key: trainer })
    expect(cancelled).toMatchObject({ status: 200, body: { state: 'cancelled' } })
    expect(await server.endedJob(trainer, running.body.id)).toMatchObject({ state: 'succeeded' })
    expect(await server.ask('POST', `/v1/jobs/${waiting.body.id}/cancel`, { key: trainer })).toMatchObject({ status: 409, body: { code: 'JOB_NOT_CANCELLABLE' } })
    expect(await server.ask('GET', '/v1/models/cancelled', { key: trainer })).toMatchObject({ status: 404, body: { code: 'MODEL_NOT_FOUND' } })
  })

  it('counts the rows of a file, compressed on its way, that it could not read, and trains on the rest', async () => {
    const ragged = `${csv}\n"one field more",Network,7\nonly one field\n`
    const accepted = await upload('modelId=ragged&target=category', gzipSync(ragged), { ...asCsv, 'content-encoding': 'gzip' })
    expect(await server.endedJob(trainer, accepted.body.id)).toMatchObject({ state: 'succeeded', result: { modelId: 'ragged', badRowCount: 2 } })
  })

  it('fails the job, with a code, when there is one class only', async () => {
    const oneClass = ['text,category', ...trainingRows.map(({ text }) => `${quote(text)},Network`)].join('\n')
    const accepted = await upload('modelId=one_class&target=category', oneClass)
    expect(accepted.status).toBe(202)
    const job = await server.endedJob(trainer, accepted.body.id)
    expect(job).toMatchObject({ state: 'failed', error: { code: 'TARGET_ONE_CLASS' } })
    expect(job.error!.message).toMatch(/category/)
    expect(await server.ask('GET', '/v1/models/one_class', { key: trainer })).toMatchObject({ status: 404 })
  })

  it('logs no ticket text along the way', () => {
    const logged = JSON.stringify(server.log.records)
    for (const { text } of tickets.slice(0, 50)) expect(logged).not.toContain(text.slice(0, 40))
    expect(server.log.records.length).toBeGreaterThan(0)
  })
})
