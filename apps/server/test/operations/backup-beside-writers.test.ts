import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Access } from '@motadata/access'
import { openPlatform } from '@motadata/adapters/postgresql'
import { parseTenantId, type Platform, platformContext } from '@motadata/core'
import { MLSystem } from '@motadata/ml-framework'
import { trainingJobKind, type TrainingJobPayload } from '@motadata/ml-framework/jobs'
import { makeTickets } from '@motadata/use-case-ticket-classification'
import { openConfiguredUpkeep } from '@motadata/worker/process'
import { backUp } from '../../src/operations/backup.js'
import { verifyBackup } from '../../src/operations/backup-format.js'
import { createTestDatabase, describeWithServices, type TestDatabase } from '../support/services.js'

const acme = parseTenantId('acme')
const asAcme = platformContext(acme, 'writer')

interface Row {
  readonly name: string
  readonly version: number
  readonly latest_version: number
  readonly artifact_sha256: string
  readonly payload: TrainingJobPayload
}

describeWithServices('a backup taken while others write and sweep', {}, () => {
  let scratch: string
  let database: TestDatabase
  let platform: Platform

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'motadata-beside-'))
    database = await createTestDatabase()
    platform = await openPlatform({ dataFolder: scratch, databaseUrl: database.url, migrationDatabaseUrl: database.ownerUrl, artifacts: 'database:', masterKeys: [new Uint8Array(32)] })
  }, 60_000)
  afterAll(async () => {
    await platform?.close()
    await database.drop()
    rmSync(scratch, { recursive: true, force: true })
  })

  it('is of one moment, and has every artifact that its rows refer to', async () => {
    const access = await Access.open(platform)
    await access.bootstrap({ tenantId: 'acme' })
    const system = await MLSystem.open(platform)
    const upkeep = await openConfiguredUpkeep({ ARTIFACT_GRACE_HOURS: 1, JOB_RETENTION_DAYS: 1 }, { platform, access, system })
    const trainingData = makeTickets({ rows: 40 })
    const first = await system.forTenant('acme').trainModel({ modelId: 'routing', modelType: 'classification', features: ['text'], columnKinds: { text: 'text' }, trainingData })

    let [going, written] = [true, 0]
    const write = async (): Promise<void> => {
      while (going) {
        const { report, signature, datasetFingerprint } = first
        const { version } = await system.registry.registerVersion(asAcme, {
          name: 'routing', modelType: 'classification', artifact: Buffer.from(`model ${written++}`), artifactFormat: 'motadata-model/1', signature, report, datasetFingerprint, promote: 'always',
        })
        const { sha256: artifactSha256 } = await platform.artifacts.put(acme, Buffer.from(`rows ${version}`))
        const payload: TrainingJobPayload = { spec: { modelId: 'm', modelType: 'classification', target: 'category' }, source: { artifactSha256, format: 'ndjson', compression: 'none' } }
        const { id } = await platform.jobs.enqueue(asAcme, { kind: trainingJobKind, payload })
        if (version % 2 === 0) await platform.jobs.cancel(asAcme, id)
        // what nobody needs any more, and is old
        await platform.artifacts.put(acme, Buffer.from(`orphan ${version}`))
        await database.query(`update artifacts.artifact set modified_at_ms = 0 where size_bytes < 20`)
      }
    }
    let swept = 0
    const sweep = async (): Promise<void> => {
      while (going) swept += (await upkeep.run()).deletedArtifacts
    }
    const others = [write(), sweep()]
    const folder = join(scratch, 'backup')
    while (written < 10) await platform.database.ping()
    await backUp(platform, { to: folder })
    going = false
    await Promise.all(others)

    const { rows, artifacts } = await verifyBackup(folder)
    const of = (table: string): Row[] => rows.filter((part) => part.table === table && part.tenantId === 'acme')
      .flatMap(({ path }) => readFileSync(join(folder, path), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Row))
    const versions = of('ml_framework.model_version')
    expect(versions.length).toBeGreaterThanOrEqual(10)
    expect(of('ml_framework.registered_model')).toMatchObject([{ name: 'routing', latest_version: versions.length }])
    expect(of('ml_framework.model_alias')).toMatchObject([{ version: versions.length }])
    const there = new Set(artifacts.map(({ sha256 }) => sha256))
    expect(versions.filter((row) => !there.has(row.artifact_sha256))).toEqual([])
    const unfinished = of('jobs.job').filter((row) => (row as unknown as { readonly state: string }).state === 'queued')
    expect(unfinished.length).toBeGreaterThan(0)
    expect(unfinished.filter(({ payload }) => !there.has(payload.source.artifactSha256))).toEqual([])
    // the sweep was no idle one
    expect(swept).toBeGreaterThan(0)
    access.close()
    await system.close()
  }, 60_000)
})
