import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Access } from '@motadata/access'
import { openPlatform, type OpenPlatformOptions } from '@motadata/adapters'
import { openPlatform as openPostgresql } from '@motadata/adapters/postgresql'
import { parseTenantId, type Platform, platformContext } from '@motadata/core'
import { MLSystem } from '@motadata/ml-framework'
import { makeTickets } from '@motadata/use-case-ticket-classification'
import { backUp } from '../../src/operations/backup.js'
import { verifyBackup } from '../../src/operations/backup-format.js'
import { chooseMasterKeys, restore } from '../../src/operations/restore.js'
import { createTestDatabase, describeWithServices } from '../support/services.js'

const acme = parseTenantId('acme')
const asAcme = platformContext(acme, 'drill')
const tickets = ['VPN is down', 'the printer prints blank paper', 'cannot log in']

let scratch: string
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'motadata-drill-'))
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

/** A platform with two tenants, one of which has a model with two versions, and a job that nobody has begun. */
async function fill(platform: Platform) {
  const access = await Access.open(platform)
  const { adminKey } = (await access.bootstrap({ tenantId: 'acme' }))!
  const operator = platformContext(parseTenantId('platform'), 'drill')
  await access.tenants.create(operator, { id: 'globex', name: 'Globex' })
  const ml = (await MLSystem.open(platform)).forTenant('acme')
  const trainingData = makeTickets({ rows: 200 })
  for (const seed of [1, 2]) await ml.trainModel({ modelId: 'ticket_classifier', modelType: 'classification', features: ['text'], columnKinds: { text: 'text' }, trainingData, seed })
  await ml.promoteVersion('ticket_classifier', 2)
  const trail = await access.auditTrail.verify(await access.authenticateKey(adminKey.key, { requestId: 'drill', requiredAccess: 'admin' }))
  const job = await platform.jobs.enqueue(asAcme, { kind: 'drill', payload: { asked: 'before the disaster' }, idempotencyKey: 'drill-1' })
  return { key: adminKey.key, jobId: job.id, trail, predictions: await answers(platform) }
}

/** What does not differ from one asking to the next. */
async function answers(platform: Platform) {
  const ml = (await MLSystem.open(platform)).forTenant('acme')
  const predictions = await ml.predict('ticket_classifier', tickets)
  return predictions.map((prediction) => ({ ...prediction, predictionId: undefined }))
}

interface Opened {
  readonly platform: Platform
  readonly keyPath: string
  close(): Promise<void>
}

type Open = (dataFolder: string, options?: Pick<OpenPlatformOptions, 'masterKeys' | 'forRestore'>) => Promise<Opened>

const keysIn = (dataFolder: string): string => join(dataFolder, 'keys/master-keys.json')

const embedded: Open = async (dataFolder, options) => {
  const platform = await openPlatform({ dataFolder, ...options })
  return { platform, keyPath: keysIn(dataFolder), close: () => platform.close() }
}

const postgresql: Open = async (dataFolder, options) => {
  const database = await createTestDatabase()
  const platform = await openPostgresql({ dataFolder, databaseUrl: database.url, migrationDatabaseUrl: database.ownerUrl, ...options })
  return {
    platform,
    keyPath: keysIn(dataFolder),
    async close() {
      await platform.close()
      await database.drop()
    },
  }
}

/** Trains, backs up, restores elsewhere, and asks again. */
function drill(name: string, openSource: Open, openTarget: Open): void {
  it('gives the same predictions to the same key, and takes up the jobs that waited', async () => {
    const [folder, target] = [join(scratch, `${name}-backup`), join(scratch, `${name}-target`)]
    const source = await openSource(join(scratch, `${name}-source`))
    let before: Awaited<ReturnType<typeof fill>>
    try {
      before = await fill(source.platform)
      await backUp(source.platform, { to: folder, keyPath: source.keyPath })
    } finally {
      await source.close()
    }
    expect(statSync(folder).mode & 0o077).toBe(0)

    const manifest = await verifyBackup(folder)
    const masterKeys = await chooseMasterKeys(folder, manifest, { keyPath: keysIn(target) })
    const opened = await openTarget(target, { forRestore: true, masterKeys: masterKeys! })
    try {
      const { platform } = opened
      await restore(platform, { from: folder, manifest, keyPath: keysIn(target) })
      expect(readFileSync(keysIn(target), 'utf8')).toBe(readFileSync(join(folder, 'keys/master-keys.json'), 'utf8'))
      const access = await Access.open(platform)
      const caller = await access.authenticateKey(before.key, { requestId: 'after', requiredAccess: 'admin' })
      expect(caller.tenantId).toBe('acme')
      expect(await answers(platform)).toEqual(before.predictions)
      expect(await access.auditTrail.verify(caller)).toEqual(before.trail)
      await access.apiKeys.create(caller, { name: 'after the disaster', role: 'predictor' })
      expect(await access.auditTrail.verify(caller, before.trail.hash)).toMatchObject({ isWhole: true, eventCount: before.trail.eventCount + 1 })
      const registry = (await MLSystem.open(platform)).registry
      expect((await registry.getModel(asAcme, 'ticket_classifier')).aliases).toEqual({ champion: 2 })
      expect(await registry.listAliasEvents(asAcme, 'ticket_classifier')).toMatchObject([{ fromVersion: 1, toVersion: 2 }, { toVersion: 1 }])
      // the numbers of events go on where nothing is yet
      await registry.promoteVersion(asAcme, 'ticket_classifier', 1)
      expect(await registry.listAliasEvents(asAcme, 'ticket_classifier')).toHaveLength(3)
      const globex = platformContext(parseTenantId('globex'), 'after')
      expect((await registry.listModels(globex)).models).toEqual([])

      const payload = await new Promise((resolve) => {
        void platform.jobs.work('drill', async (job) => resolve({ id: job.id, payload: job.payload }))
      })
      expect(payload).toEqual({ id: before.jobId, payload: { asked: 'before the disaster' } })
      await expect(restore(platform, { from: folder, manifest })).rejects.toMatchObject({ code: 'RESTORE_REFUSED' })
    } finally {
      await opened.close()
    }
  }, 120_000)
}

describe('a backup of the embedded engine restored into another data folder', () => drill('embedded', embedded, embedded))
describeWithServices('a backup of the embedded engine restored into PostgreSQL', {}, () => drill('into-postgresql', embedded, postgresql))
describeWithServices('a backup of PostgreSQL restored into the embedded engine', {}, () => drill('from-postgresql', postgresql, embedded))

describe('a backup', () => {
  let folder: string
  beforeAll(async () => {
    const platform = await openPlatform({ inMemory: true })
    folder = join(scratch, 'small')
    try {
      await (await Access.open(platform)).bootstrap({ tenantId: 'acme' })
      await platform.artifacts.put(acme, Buffer.from('bytes of a model'))
      await backUp(platform, { to: folder, keyPath: join(scratch, 'none') })
    } finally {
      await platform.close()
    }
  }, 60_000)

  it('is not written over another', async () => {
    const platform = await openPlatform({ inMemory: true })
    await expect(backUp(platform, { to: folder, keyPath: 'none' })).rejects.toMatchObject({ code: 'BACKUP_INVALID' })
    await platform.close()
  })

  it('with a flipped bit, a missing end or a missing part is refused, and the part named', async () => {
    const { rows } = await verifyBackup(folder)
    const path = join(folder, rows[0]!.path)
    const whole = readFileSync(path)
    const flipped = Buffer.from(whole)
    flipped[3]! ^= 1
    for (const damage of [flipped, whole.subarray(0, -1)]) {
      writeFileSync(path, damage)
      await expect(verifyBackup(folder)).rejects.toMatchObject({ code: 'BACKUP_INVALID', message: expect.stringContaining(rows[0]!.path) })
    }
    rmSync(path)
    await expect(verifyBackup(folder)).rejects.toThrow(rows[0]!.path)
    writeFileSync(path, whole)
    await expect(verifyBackup(folder)).resolves.toMatchObject({ tenants: ['acme', 'platform'] })
  })

  it('whose manifest was changed is refused', async () => {
    const path = join(folder, 'manifest.json')
    const whole = readFileSync(path, 'utf8')
    writeFileSync(path, whole.replace('"acme"', '"evil"'))
    await expect(verifyBackup(folder)).rejects.toMatchObject({ code: 'BACKUP_INVALID' })
    writeFileSync(path, whole)
  })

  it('that another release made, with columns that this one does not know, is refused before anything is written', async () => {
    const manifest = await verifyBackup(folder)
    const later = { ...manifest, rows: manifest.rows.map((part) => ({ ...part, columns: [...part.columns, 'invented_later'] })) }
    const platform = await openPlatform({ inMemory: true })
    await expect(restore(platform, { from: folder, manifest: later })).rejects.toMatchObject({ code: 'RESTORE_REFUSED' })
    await platform.close()
  })
})
