import { openPlatform, silentLogger } from '@motadata/adapters'
import type { Platform } from '@motadata/core'
import { acme, asAcme, asGlobex, FixedClock } from '@motadata/testing'
import { mlFrameworkMigrations } from '../../src/migrations/migrations.js'
import { CheckpointStore } from '../../src/storage/checkpoint-store.js'

describe('CheckpointStore', () => {
  let platform: Platform
  let store: CheckpointStore
  const clock = new FixedClock()
  const training = { key: 'job-1', fingerprint: 'f1' }
  const hashes = async (): Promise<string[]> => {
    const found: string[] = []
    for await (const { sha256 } of platform.artifacts.list(acme)) found.push(sha256)
    return found
  }

  beforeAll(async () => {
    platform = await openPlatform({ inMemory: true, logger: silentLogger })
    await platform.database.migrate(mlFrameworkMigrations)
    store = new CheckpointStore({ database: platform.database, artifacts: platform.artifacts, clock })
  })
  afterAll(() => platform.close())

  it('gives the last state of every step to the same training of the same tenant, and to no other', async () => {
    await store.save(asAcme, training, 'fit', Uint8Array.of(1))
    await store.save(asAcme, training, 'choice', Uint8Array.of(2))
    await store.save(asAcme, training, 'choice', Uint8Array.of(3))
    expect(await store.load(asAcme, training)).toEqual(new Map([['fit', Uint8Array.of(1)], ['choice', Uint8Array.of(3)]]))
    expect(await store.load(asAcme, { ...training, fingerprint: 'other rows' })).toEqual(new Map())
    expect(await store.load(asAcme, { ...training, key: 'job-2' })).toEqual(new Map())
    expect(await store.load(asGlobex, training)).toEqual(new Map())
    expect(await hashes()).toHaveLength(2)
  })

  it('goes with its bytes when the training ends, but for bytes of another', async () => {
    await store.save(asAcme, { ...training, key: 'job-2' }, 'fit', Uint8Array.of(1))
    await store.clear(asAcme, training.key)
    expect(await store.load(asAcme, training)).toEqual(new Map())
    expect(await store.load(asAcme, { ...training, key: 'job-2' })).toEqual(new Map([['fit', Uint8Array.of(1)]]))
    expect(await hashes()).toHaveLength(1)
  })

  it('is given up after a week that nobody went on', async () => {
    clock.advance(8 * 24 * 3_600_000)
    await store.clear(asAcme, 'job-3')
    expect(await store.load(asAcme, { ...training, key: 'job-2' })).toEqual(new Map())
    expect(await hashes()).toHaveLength(0)
  })
})
