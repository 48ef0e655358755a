import { MemoryArtifactStore, MemoryChangeSignal, openPlatform, silentLogger } from '@motadata/adapters'
import type { Platform, TenantId } from '@motadata/core'
import { acme, asAcme, asGlobex, FixedClock } from '@motadata/testing'
import type { Transaction } from 'kysely'
import { mlFrameworkMigrations } from '../src/migrations/migrations.js'
import { ModelManager } from '../src/model-manager.js'
import { ModelRegistry } from '../src/model-registry.js'
import type { RegistryTables } from '../src/storage/registry-tables.js'
import { FrameworkTelemetry } from '../src/telemetry/framework-telemetry.js'
import { makeRegistration } from './registrations.js'

/** Counts reads. */
class CountingArtifacts extends MemoryArtifactStore {
  reads = 0

  override get(tenantId: TenantId, sha256: string): Promise<Uint8Array> {
    this.reads++
    return super.get(tenantId, sha256)
  }
}

let platform: Platform
const registration = makeRegistration()
let models = 0
const newName = (): string => `model-${++models}`

/** A manager of its own, over one database; `told` says whether it hears of changes. */
const open = (options: { memoryBudgetBytes?: number; told?: boolean } = {}) => {
  const clock = new FixedClock()
  const artifacts = new CountingArtifacts({ clock })
  const changes = new MemoryChangeSignal({ logger: silentLogger })
  const registry = new ModelRegistry({ database: platform.database, artifacts, changes, clock })
  const heard = options.told === false ? new MemoryChangeSignal({ logger: silentLogger }) : changes
  const manager = new ModelManager({
    registry, artifacts, changes: heard, clock, telemetry: new FrameworkTelemetry(),
    ...(options.memoryBudgetBytes === undefined ? {} : { memoryBudgetBytes: options.memoryBudgetBytes }),
  })
  return { clock, artifacts, changes, registry, manager }
}

beforeAll(async () => {
  platform = await openPlatform({ inMemory: true, logger: silentLogger })
  await platform.database.migrate(mlFrameworkMigrations)
})
afterAll(() => platform.close())

describe('ModelManager.load', () => {
  it('reads the artifact once for a hundred who ask at the same time', async () => {
    const { artifacts, registry, manager } = open()
    const name = newName()
    await registry.registerVersion(asAcme, { ...registration, name })
    const loaded = await Promise.all(Array.from({ length: 100 }, () => manager.load(asAcme, { name })))
    expect(artifacts.reads).toBe(1)
    expect(new Set(loaded.map(({ model }) => model)).size).toBe(1)
    expect(manager.findInMemory(acme, { name })?.model).toBe(loaded[0]!.model)
  })

  it('loads by name, alias and version, and knows them apart by tenant', async () => {
    const { registry, manager } = open()
    const name = newName()
    await registry.registerVersion(asAcme, { ...registration, name })
    await registry.registerVersion(asAcme, { ...registration, name })
    await registry.promoteVersion(asAcme, name, 2, 'challenger')
    expect((await manager.load(asAcme, { name })).version.version).toBe(1)
    expect((await manager.load(asAcme, { name, alias: 'challenger' })).version.version).toBe(2)
    expect((await manager.load(asAcme, { name, version: 2 })).version.version).toBe(2)
    await expect(manager.load(asGlobex, { name })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
    expect(manager.findInMemory(asGlobex.tenantId, { name })).toBeUndefined()
    expect(manager.getLoaded(asGlobex)).toEqual([])
  })

  it('answers with the new champion as soon as it hears of the promotion', async () => {
    const { registry, manager } = open()
    const name = newName()
    await registry.registerVersion(asAcme, { ...registration, name })
    await registry.registerVersion(asAcme, { ...registration, name })
    expect((await manager.load(asAcme, { name })).version.version).toBe(1)
    await registry.promoteVersion(asAcme, name, 2)
    expect((await manager.load(asAcme, { name })).version.version).toBe(2)
    await registry.archive(asAcme, name)
    await expect(manager.load(asAcme, { name })).rejects.toMatchObject({ code: 'MODEL_ARCHIVED' })
  })

  it('answers with the new champion after five seconds, even if it never hears of it', async () => {
    const { clock, registry, manager } = open({ told: false })
    const name = newName()
    await registry.registerVersion(asAcme, { ...registration, name })
    await registry.registerVersion(asAcme, { ...registration, name })
    await manager.load(asAcme, { name })
    await registry.promoteVersion(asAcme, name, 2)
    clock.advance(4_999)
    expect((await manager.load(asAcme, { name })).version.version).toBe(1)
    clock.advance(1)
    expect((await manager.load(asAcme, { name })).version.version).toBe(2)
  })

  it('does not keep what was read of a model while it changed', async () => {
    const { registry, manager } = open()
    const name = newName()
    await registry.registerVersion(asAcme, { ...registration, name })
    await registry.registerVersion(asAcme, { ...registration, name })
    const [, promoted] = await Promise.all([manager.load(asAcme, { name }), registry.promoteVersion(asAcme, name, 2)])
    expect(promoted.version).toBe(2)
    expect((await manager.load(asAcme, { name })).version.version).toBe(2)
  })

  it.each([
    [{ name: 'nope' }, 'MODEL_NOT_FOUND'], [{ name: '../nope' }, 'NAME_INVALID'], [{ name: 5 as never }, 'NAME_INVALID'], [{ name: 'known', alias: 'NO' }, 'NAME_INVALID'],
    [{ name: 'known', alias: 'stable' }, 'MODEL_ALIAS_NOT_FOUND'], [{ name: 'known', version: 7 }, 'MODEL_VERSION_NOT_FOUND'], [{ name: 'known', version: Number.NaN }, 'MODEL_VERSION_NOT_FOUND'],
  ])('refuses %j', async (reference, code) => {
    const { registry, manager } = open()
    if (!(await registry.findModel(asAcme, 'known'))) await registry.registerVersion(asAcme, { ...registration, name: 'known' })
    await expect(manager.load(asAcme, reference)).rejects.toMatchObject({ code })
  })

  it('says so when an artifact is lost, damaged, or of a format that it does not read', async () => {
    const { artifacts, registry, manager } = open()
    const [lost, damaged, foreign] = [newName(), newName(), newName()]
    const { artifact } = await registry.registerVersion(asAcme, { ...registration, name: lost })
    await artifacts.delete(acme, artifact.sha256)
    await expect(manager.load(asAcme, { name: lost })).rejects.toMatchObject({ code: 'MODEL_LOAD_FAILED' })
    await registry.registerVersion(asAcme, { ...registration, name: damaged, artifact: registration.artifact.slice(0, 1_000) })
    await expect(manager.load(asAcme, { name: damaged })).rejects.toMatchObject({ code: 'MODEL_LOAD_FAILED' })
    await registry.registerVersion(asAcme, { ...registration, name: foreign, artifactFormat: 'onnx' })
    await expect(manager.load(asAcme, { name: foreign })).rejects.toMatchObject({ code: 'MODEL_LOAD_FAILED' })
    await registry.registerVersion(asAcme, { ...registration, name: lost, promote: 'always' })
    expect((await manager.load(asAcme, { name: lost })).version.version).toBe(2)
  })
})

describe("ModelManager's memory", () => {
  it('keeps the models used last, within a budget of measured bytes', async () => {
    const { artifacts, registry, manager } = open()
    const names = [newName(), newName(), newName()]
    for (const name of names) await registry.registerVersion(asAcme, { ...registration, name })
    const { model } = await manager.load(asAcme, { name: names[0]! })
    const sizeBytes = model.sizeBytes
    expect(manager.usedBytes).toBe(sizeBytes)

    const small = new ModelManager({ registry, artifacts, changes: new MemoryChangeSignal({ logger: silentLogger }), clock: new FixedClock(), telemetry: new FrameworkTelemetry(), memoryBudgetBytes: sizeBytes * 2 })
    const first = await small.load(asAcme, { name: names[0]! })
    await small.load(asAcme, { name: names[1]! })
    await small.load(asAcme, { name: names[0]! })
    await small.load(asAcme, { name: names[2]! })
    expect(small.getLoaded(asAcme)).toEqual([{ name: names[0], version: 1, sizeBytes }, { name: names[2], version: 1, sizeBytes }])
    expect(small.usedBytes).toBe(sizeBytes * 2)
    await small.load(asAcme, { name: names[1]! })
    expect(small.getLoaded(asAcme).map(({ name }) => name)).toEqual([names[2], names[1]])
    if (first.model.kind !== 'classifier') throw new Error('Expected a model of classes.')
    const row = first.model.row
    first.model.processor.encode({ text: 'vpn is down' }, row)
    first.model.classifier.predictRow(row, first.model.probabilities)
    expect(first.model.probabilities.reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 9)
  })

  it('refuses a model larger than the budget without reading it', async () => {
    const { artifacts, registry, manager } = open({ memoryBudgetBytes: 1_000 })
    const name = newName()
    await registry.registerVersion(asAcme, { ...registration, name })
    await expect(manager.load(asAcme, { name })).rejects.toMatchObject({ code: 'MODEL_TOO_LARGE' })
    expect(artifacts.reads).toBe(0)
    expect(manager.usedBytes).toBe(0)
  })

  it('evicts what it is told to and loads it again when asked', async () => {
    const { artifacts, registry, manager } = open()
    const name = newName()
    await registry.registerVersion(asAcme, { ...registration, name })
    await manager.load(asAcme, { name })
    expect(manager.evict(asGlobex, name, 1)).toBe(false)
    expect(manager.evict(asAcme, name, 1)).toBe(true)
    expect(manager.evict(asAcme, name, 1)).toBe(false)
    expect(manager.usedBytes).toBe(0)
    await manager.load(asAcme, { name })
    expect(artifacts.reads).toBe(2)
  })

  it('loads and unloads what a reference means, of the own tenant only', async () => {
    const { artifacts, registry, manager } = open()
    const name = newName()
    await registry.registerVersion(asAcme, { ...registration, name })
    expect((await manager.loadModel(asAcme, { name })).version).toMatchObject({ name, version: 1 })
    await expect(manager.unloadModel(asGlobex, { name })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
    expect(manager.getLoaded(asAcme)).toMatchObject([{ name, version: 1 }])
    expect(await manager.unloadModel(asAcme, { name, alias: 'champion' })).toBe(true)
    expect(await manager.unloadModel(asAcme, { name, version: 1 })).toBe(false)
    await manager.loadModel(asAcme, { name })
    expect(artifacts.reads).toBe(2)
  })

  it('does not grow by names that there are not', async () => {
    const { manager } = open()
    for (let index = 0; index < 50; index++) await expect(manager.load(asAcme, { name: `ghost-${index}` })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
    expect(manager.usedBytes).toBe(0)
    expect(manager.getLoaded(asAcme)).toEqual([])
  })

  it('asks the database nothing for a model that it knows', async () => {
    const { registry, manager } = open({ told: false })
    const name = newName()
    await registry.registerVersion(asAcme, { ...registration, name })
    await manager.load(asAcme, { name })
    await platform.database.withTenant(acme, (transaction: Transaction<RegistryTables>) =>
      transaction.updateTable('ml_framework.registered_model').set({ archived_at: new Date() }).where('name', '=', name).execute())
    expect((await manager.load(asAcme, { name })).version.version).toBe(1)
  })

  it('gives everything back when it closes', async () => {
    const { registry, manager } = open()
    const name = newName()
    await registry.registerVersion(asAcme, { ...registration, name })
    await manager.load(asAcme, { name })
    manager.close()
    expect(manager.usedBytes).toBe(0)
  })
})
