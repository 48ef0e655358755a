import { mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Access } from '@motadata/access'
import { isRestoreUnderWay, openPlatform, type OpenPlatformOptions } from '@motadata/adapters'
import { parseTenantId, type Platform, platformContext } from '@motadata/core'
import { MLSystem } from '@motadata/ml-framework'
import { makeTickets } from '@motadata/use-case-ticket-classification'
import { createServer } from '../../src/create-server.js'
import { backUp } from '../../src/operations/backup.js'
import { backupId, type BackupManifest, verifyBackup } from '../../src/operations/backup-format.js'
import { chooseMasterKeys, restore } from '../../src/operations/restore.js'

const acme = parseTenantId('acme')
const asAcme = platformContext(acme, 'drill')
const [sourceKey, otherKey] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]

describe('a restore that is cut off', () => {
  let scratch: string
  let from: string
  let manifest: BackupManifest
  let key: string

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'motadata-cut-off-'))
    from = join(scratch, 'backup')
    const platform = await open({ dataFolder: join(scratch, 'source') })
    try {
      key = (await (await Access.open(platform)).bootstrap({ tenantId: 'acme' }))!.adminKey.key
      const ml = (await MLSystem.open(platform)).forTenant('acme')
      await ml.trainModel({ modelId: 'routing', modelType: 'classification', features: ['text'], columnKinds: { text: 'text' }, trainingData: makeTickets({ rows: 60 }) })
      await ml.promoteVersion('routing', 1, 'canary')
      await platform.jobs.enqueue(asAcme, { kind: 'drill', payload: null })
      await backUp(platform, { to: from })
    } finally {
      await platform.close()
    }
    manifest = await verifyBackup(from)
  }, 60_000)
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))

  const opened: Platform[] = []
  const open = async (options: OpenPlatformOptions): Promise<Platform> => {
    const platform = await openPlatform({ ...options, ...(options.inMemory ? {} : { masterKeys: [sourceKey] }) })
    opened.push(platform)
    return platform
  }
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((platform) => platform.close()))
  })

  /** The platform, of which the n-th unit of work or artifact that a restore writes fails, as if its process died there. */
  function dyingAt(platform: Platform, step: number): Platform {
    let left = step
    const beforeEach = (): void => {
      if (left-- <= 0) throw new Error('died')
    }
    const { database, artifacts, jobs } = platform
    const dying = <Port extends object>(port: Port, names: readonly string[]): Port =>
      new Proxy(port, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name)
          if (typeof value !== 'function') return value
          return async (...given: unknown[]) => {
            if (names.includes(String(name))) beforeEach()
            return (value as (...all: unknown[]) => unknown).apply(target, given)
          }
        },
      })
    return { ...platform, database: dying(database, ['withTenant', 'asSystem']), artifacts: dying(artifacts, ['put']), jobs: dying(jobs, ['resume']) }
  }

  it('is recognised in every phase: it is marked or nothing was written, and the same restore goes on to the end', async () => {
    const platform = await open({ inMemory: true, forRestore: true })
    const access = await Access.open(platform)
    let [steps, marked] = [0, 0]
    const attempt = (): Promise<string> => restore(dyingAt(platform, steps++), { from, manifest }).then(() => 'whole', (error: Error) => error.message)
    for (let outcome = await attempt(); outcome !== 'whole'; outcome = await attempt()) {
      expect(outcome).toBe('died')
      if (await isRestoreUnderWay(platform.database, backupId(manifest))) marked++
      else {
        expect((await access.tenants.list(platformContext(parseTenantId('platform'), 'look'))).tenants).toEqual([])
        for await (const artifact of platform.artifacts.list(acme)) throw new Error(`the artifact ${artifact.sha256} is there`)
      }
    }
    // an artifact, a table after the other, the jobs, the end of the mark
    expect(marked).toBeGreaterThan(8)
    expect(await isRestoreUnderWay(platform.database, backupId(manifest))).toBe(false)
    expect((await access.authenticateKey(key, { requestId: 'after', requiredAccess: 'admin' })).tenantId).toBe('acme')
    const system = await MLSystem.open(platform)
    expect((await system.getModel(asAcme, 'routing')).aliases).toEqual({ canary: 1, champion: 1 })
    expect(await system.registry.listAliasEvents(asAcme, 'routing')).toHaveLength(2)
    expect((await platform.jobs.list(asAcme)).jobs).toHaveLength(1)
  }, 60_000)

  it('leaves what nobody serves and no other backup goes into, until it is begun again', async () => {
    const dataFolder = join(scratch, 'target')
    const platform = await open({ dataFolder, forRestore: true })
    await expect(restore(dyingAt(platform, 12), { from, manifest })).rejects.toThrow('died')
    const another = { ...manifest, createdAt: new Date(0).toISOString() }
    await expect(restore(platform, { from, manifest: another })).rejects.toMatchObject({ code: 'RESTORE_REFUSED', message: expect.stringContaining('another backup') })
    await platform.close()
    await expect(createServer({ config: { PORT: 0, DATA_FOLDER: dataFolder, MASTER_KEYS: [sourceKey] } })).rejects.toMatchObject({
      code: 'RESTORE_UNFINISHED', message: expect.stringContaining('Run the same restore again'),
    })
    const again = await open({ dataFolder, forRestore: true })
    await restore(again, { from, manifest })
    await again.close()
    expect((await (await open({ dataFolder })).jobs.list(asAcme)).jobs).toHaveLength(1)
  }, 60_000)
})

describe('master keys at a restore', () => {
  const manifest = { masterKeyCheck: '' } as BackupManifest
  let scratch: string
  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'motadata-keys-'))
    const platform = await openPlatform({ dataFolder: join(scratch, 'source'), masterKeys: [sourceKey] })
    await (await Access.open(platform)).bootstrap({ tenantId: 'acme' })
    Object.assign(manifest, await backUp(platform, { to: join(scratch, 'backup') }))
    await platform.close()
  }, 60_000)
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))

  it('from the environment must be those of the backup, which says nothing of them but whether they are the same', async () => {
    const from = join(scratch, 'backup')
    expect(await chooseMasterKeys(from, manifest, { masterKeys: [otherKey, sourceKey] })).toEqual([otherKey, sourceKey])
    await expect(chooseMasterKeys(from, manifest, { masterKeys: [otherKey] })).rejects.toMatchObject({ code: 'RESTORE_REFUSED', message: expect.stringContaining('Nothing was written') })
    await expect(chooseMasterKeys(from, manifest, { keyPath: join(scratch, 'none') })).rejects.toMatchObject({ code: 'RESTORE_REFUSED', message: expect.stringContaining('MASTER_KEYS') })
    const written = readFileSync(join(from, 'manifest.json'), 'latin1')
    expect(manifest.masterKeyCheck).toMatch(/^[0-9a-f]{16}$/)
    for (const encoding of ['hex', 'base64'] as const) expect(written).not.toContain(Buffer.from(sourceKey).toString(encoding))
  })

  it('in a file that is there must be those of the backup', async () => {
    const keyPath = join(scratch, 'keys.json')
    const other = await openPlatform({ dataFolder: join(scratch, 'other') })
    await other.close()
    writeFileSync(keyPath, readFileSync(join(scratch, 'other/keys/master-keys.json')))
    await expect(chooseMasterKeys(join(scratch, 'backup'), manifest, { keyPath })).rejects.toMatchObject({ code: 'RESTORE_REFUSED', message: expect.stringContaining(keyPath) })
  }, 60_000)
})
