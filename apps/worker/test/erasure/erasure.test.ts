import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { openPlatform, silentLogger } from '@motadata/adapters'
import { type ArtifactStore, type ErasureSubject, type Platform, platformContext, tenantKey } from '@motadata/core'
import { platformTenantId } from '@motadata/access'
import { workOnErasures } from '@motadata/data-management/jobs'
import { until } from '@motadata/testing'
import { acme, type Erasing, globex, openErasing, placesOf, ticketsOf } from './erasing.js'

const marks = ['anna.berg@acme.example', 'Anna Berg']
const anna: ErasureSubject = { kind: 'person', identifiers: marks }
const operator = platformContext(platformTenantId, 'test')
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('the erasure of a person planted in 1,000 tickets', () => {
  let erasing: Erasing
  let platform: Platform
  let erasureId: string
  let before: Record<'first' | 'second' | 'theirs', string>

  beforeAll(async () => {
    platform = await openPlatform({ inMemory: true, logger: silentLogger })
    erasing = await openErasing(platform)
    const { datasets, redactor, erasures, owners } = erasing
    const kinds = { columnKinds: { text: 'text', caller: 'category', id: 'text' } } as const
    const first = await datasets.ingestData(acme, { name: 'tickets', source: { rows: ticketsOf(1_000, marks) }, label: 'export by Anna Berg', description: 'of Anna Berg', ...kinds })
    const second = await datasets.ingestData(acme, { name: 'tickets', mode: 'append', source: { rows: ticketsOf(100, ['nobody', 'Nobody Else']) }, ...kinds })
    await datasets.ingestData(acme, { name: 'left-alone', source: { rows: ticketsOf(50, ['nobody', 'Nobody Else']) }, ...kinds })
    const spoiled = 'id,hours,text\nINC1,3,fine\nINC2,many,for Anna Berg\nINC3,few,for nobody\n'
    const quarantined = await datasets.ingestData(acme, { name: 'spoiled', source: { stream: Readable.from([Buffer.from(spoiled)]), format: 'csv' }, columnKinds: { hours: 'number', text: 'text' } })
    expect(quarantined.badRowCount).toBe(2)
    await datasets.ingestData(acme, { name: 'given-up', source: { rows: ticketsOf(40, marks) }, ...kinds })
    await datasets.deleteData(acme, 'given-up')
    const theirs = await datasets.ingestData(globex, { name: 'tickets', source: { rows: ticketsOf(100, marks) }, ...kinds })
    before = { first: first.version.fingerprint, second: second.version.fingerprint, theirs: theirs.version.fingerprint }
    const { sha256 } = await platform.artifacts.put(acme.tenantId, gzipSync(JSON.stringify(ticketsOf(30, marks)[0])))
    await platform.jobs.enqueue(acme, { kind: 'train', payload: { spec: {}, source: { artifactSha256: sha256, format: 'ndjson', compression: 'gzip' } } })
    await platform.jobs.enqueue(acme, { kind: 'another', payload: { text: 'for anna.berg@acme.example' } })
    await platform.cache.set(tenantKey(acme.tenantId, 'prediction', 'Anna Berg'), bytes('x'), { ttlMs: 1e7 })
    await platform.onlineStore.setMany(acme.tenantId, [{ key: 'caller/Anna Berg', bytes: bytes('7'), eventTimeMs: 1 }], { ttlMs: 1e7 })
    await redactor.redact(acme, ticketsOf(20, marks).map(({ text }) => String(text)))
    expect((await placesOf(platform, acme, marks)).length).toBeGreaterThan(8)

    const asked = await erasures.request(acme, { subject: anna, idempotencyKey: 'by Anna Berg' })
    erasureId = asked.id
    expect(asked.state).toBe('running')
    expect((await erasures.request(acme, { subject: anna, idempotencyKey: 'by Anna Berg' })).id).toBe(erasureId)
    await workOnErasures(platform.jobs, { erasures, owners, ids: platform.ids })
    await until(async () => (await erasures.get(acme, erasureId)).state === 'completed' || undefined)
  }, 120_000)
  afterAll(() => erasing.close())

  it('leaves no byte of them in tables, artifacts, online values, caches and jobs', async () => {
    expect(await placesOf(platform, acme, marks)).toEqual([])
  })

  it('leaves every other row, in its order, and nothing changed of another tenant', async () => {
    const { datasets } = erasing
    const left = ticketsOf(1_000, marks).filter((_, at) => at % 5 !== 0).map(({ id }) => id)
    const ids = async (context = acme, reference: { name: string; version?: number } = { name: 'tickets' }): Promise<unknown> => (await datasets.readData(context, reference)).columns.get('id')
    expect(await ids(acme, { name: 'tickets', version: 1 })).toEqual({ kind: 'text', values: left })
    expect(await ids()).toEqual({ kind: 'text', values: [...left, ...ticketsOf(100, marks).map(({ id }) => id)] })
    expect((await datasets.getDataset(acme, { name: 'left-alone' })).origin.erasedRowCount).toBeUndefined()
    expect((await datasets.getDataset(globex, { name: 'tickets' })).fingerprint).toBe(before.theirs)
    expect((await placesOf(platform, globex, marks)).length).toBeGreaterThan(0)
  })

  it('answers DATASET_ERASED for the hash of former times, and names what took its place', async () => {
    const { datasets } = erasing
    const now = await datasets.getDataset(acme, { name: 'tickets', version: 1 })
    expect(now).toMatchObject({ rowCount: 800, origin: { erasedRowCount: 200 } })
    await expect(datasets.readData(acme, { name: 'tickets', fingerprint: before.first })).rejects.toMatchObject({ code: 'DATASET_ERASED', details: { successor: now.fingerprint, version: 1 } })
    await expect(datasets.readData(acme, { name: 'tickets', fingerprint: '0'.repeat(64) })).rejects.toMatchObject({ code: 'DATASET_VERSION_NOT_FOUND' })
    expect((await datasets.readData(acme, { name: 'tickets', fingerprint: now.fingerprint })).rowCount).toBe(800)
    await expect(datasets.getDataset(globex, { name: 'tickets', fingerprint: before.first })).rejects.toMatchObject({ code: 'DATASET_VERSION_NOT_FOUND' })
  })

  it('gives a certificate that is signed, says what was erased, and holds nothing of them', async () => {
    const { erasures } = erasing
    const { certificate } = await erasures.get(acme, erasureId)
    const ownerOf = (name: string) => certificate!.erased.find(({ owner }) => owner === name)?.findings
    expect(ownerOf('datasets')).toEqual(expect.arrayContaining([
      expect.objectContaining({ kind: 'dataset-version', name: 'tickets@1', count: 200, successor: (await erasing.datasets.getDataset(acme, { name: 'tickets', version: 1 })).fingerprint }),
      expect.objectContaining({ kind: 'dataset-version', name: 'tickets@2', count: 200 }),
    ]))
    expect(certificate!.erased.map(({ owner }) => owner).sort()).toEqual(['cache', 'data-management-rows', 'datasets', 'jobs', 'online-values', 'redaction-tokens', 'training-rows', 'unneeded-artifacts'])
    for (const mark of marks) expect(JSON.stringify(certificate).toLowerCase()).not.toContain(mark.toLowerCase())
    expect(await erasures.verify(acme, certificate!)).toBe(true)
    expect(await erasures.verify(acme, { ...certificate!, rounds: 9 })).toBe(false)
    expect(await erasures.verify(globex, certificate!)).toBe(false)
    await expect(erasures.get(globex, erasureId)).rejects.toMatchObject({ code: 'ERASURE_NOT_FOUND' })
    expect((await erasures.list(globex)).erasures).toEqual([])
  })

  it('of whom nothing is there any more finds nothing', async () => {
    const { erasures, owners } = erasing
    const { id } = await erasures.request(acme, { subject: anna })
    expect((await erasures.run(acme, id, { owners })).erased).toEqual([])
  })
})

describe('the erasure of a tenant', () => {
  it('suspends it and leaves nothing but its id and its audit trail', async () => {
    const platform = await openPlatform({ inMemory: true, logger: silentLogger })
    const erasing = await openErasing(platform)
    try {
      const { access, datasets, erasures, owners } = erasing
      const { tenant } = await access.tenants.create(operator, { id: 'acme', name: 'Acme Secret Corporation' })
      await datasets.ingestData(acme, { name: 'tickets', source: { rows: ticketsOf(10, marks) } })
      await datasets.ingestData(globex, { name: 'tickets', source: { rows: ticketsOf(10, marks) } })
      await platform.jobs.enqueue(acme, { kind: 'another', payload: 1 })
      await expect(erasures.request({ ...acme, principal: { kind: 'api-key', id: 'k', role: 'admin' } }, { subject: { kind: 'tenant' }, tenantId: 'acme' })).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
      const { id } = await erasures.request(operator, { subject: { kind: 'tenant' }, tenantId: tenant.id })
      const certificate = await erasures.run(operator, id, { owners })
      expect(certificate.retained.flatMap(({ findings }) => findings.map(({ kind }) => kind)).sort()).toEqual(['audit-event', 'tenant'])
      const places = await placesOf(platform, acme, ['']) // whatever there is
      expect(new Set(places)).toEqual(new Set(['table access.tenant', 'table access.audit_event']))
      expect(await access.tenants.get(operator, 'acme')).toMatchObject({ name: 'acme', suspendedAt: expect.any(Date) as Date })
      expect((await datasets.readData(globex, { name: 'tickets' })).rowCount).toBe(10)
    } finally {
      await erasing.close()
    }
  }, 60_000)
})

describe('an erasure that dies', () => {
  /** What a process does until it dies: from then on nothing is written any more. */
  class Killed extends Error {}
  function dying(platform: Platform): { readonly platform: Platform; dieAfter(writes: number): void } {
    let left = Number.POSITIVE_INFINITY
    const step = (): void => {
      if (left-- <= 0) throw new Killed('killed')
    }
    const artifacts: ArtifactStore = {
      put: async (...given) => (step(), platform.artifacts.put(...given)),
      delete: async (...given) => (step(), platform.artifacts.delete(...given)),
      get: (...given) => platform.artifacts.get(...given), has: (...given) => platform.artifacts.has(...given), list: (...given) => platform.artifacts.list(...given),
      deleteIfOlder: (...given) => platform.artifacts.deleteIfOlder(...given),
    }
    const { database } = platform
    const mortal: Platform = {
      ...platform, artifacts,
      database: {
        engine: database.engine, migrate: (given) => database.migrate(given), ping: () => database.ping(), snapshot: (work) => database.snapshot(work), asSystem: (work) => database.asSystem(work),
        withTenant: async (tenantId, work) => (step(), database.withTenant(tenantId, work)),
      },
    }
    return { platform: mortal, dieAfter: (writes) => (left = writes) }
  }

  it('at any of its steps, goes on and loses and doubles nothing', async () => {
    const platform = await openPlatform({ inMemory: true, logger: silentLogger })
    const whole = await openErasing(platform)
    const mortal = dying(platform)
    const dyingErasing = await openErasing(mortal.platform)
    try {
      let deaths = 0
      for (let writes = 0; ; writes += 1 + (writes % 3)) {
        const name = `tickets-${writes}`
        const marksOfRound = [`anna.${writes}@acme.example`, `Anna Berg-${writes}`]
        await whole.datasets.ingestData(acme, { name, source: { rows: ticketsOf(20, marksOfRound) }, columnKinds: { text: 'text' } })
        await whole.datasets.ingestData(acme, { name, mode: 'append', source: { rows: ticketsOf(10, marksOfRound) } })
        const { id } = await whole.erasures.request(acme, { subject: { kind: 'person', identifiers: marksOfRound } })
        mortal.dieAfter(writes)
        const died = await dyingErasing.erasures.run(acme, id, { owners: dyingErasing.owners }).then(() => false, (error: unknown) => {
          if (!(error instanceof Killed)) throw error
          return true
        })
        const certificate = await whole.erasures.run(acme, id, { owners: whole.owners })
        const findings = certificate.erased.flatMap(({ findings: own }) => own).filter(({ kind }) => kind === 'dataset-version')
        expect([writes, findings.map(({ name: found, count }) => [found, count])]).toEqual([writes, [[`${name}@1`, 4], [`${name}@2`, 6]]])
        const dataset = await whole.datasets.readData(acme, { name })
        expect([writes, dataset.rowCount, (await whole.datasets.getDataset(acme, { name, version: 1 })).rowCount]).toEqual([writes, 24, 16])
        expect([writes, await placesOf(platform, acme, marksOfRound)]).toEqual([writes, []])
        await whole.datasets.deleteData(acme, name)
        if (!died) break
        deaths++
      }
      expect(deaths).toBeGreaterThan(15)
    } finally {
      dyingErasing.access.close()
      await whole.close()
    }
  }, 300_000)
})
