import { readdir, rename, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRandom } from '@motadata/core'
import { FixedClock, acme } from '@motadata/testing'
import { FileArtifactStore } from '../../src/filesystem/file-artifact-store.js'
import { temporaryFolder } from '../engines.js'

describe('FileArtifactStore', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  const clock = new FixedClock()
  const dayMs = 86_400_000

  beforeEach(async () => {
    folder = await temporaryFolder()
  })

  afterEach(() => folder.remove())

  const open = async (): Promise<FileArtifactStore> => {
    const store = new FileArtifactStore({ folder: folder.path, clock })
    await store.open()
    return store
  }

  it('keeps a file by its hash under its tenant, readable by its owner only, and no temporary one', async () => {
    const store = await open()
    // SHA-256 of 'abc', from FIPS 180-2, appendix B.1.
    const hash = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    expect((await store.put(acme, new TextEncoder().encode('abc'))).sha256).toBe(hash)
    const { mode } = await stat(join(folder.path, 't', 'acme', 'artifacts', 'ba', hash))
    expect(mode & 0o777).toBe(0o600)
    expect(await readdir(join(folder.path, 'tmp'))).toEqual([])
  })

  it('removes what writers that died have left more than a day ago, and nothing younger', async () => {
    await open()
    for (const [name, ageMs] of [['old.tmp', dayMs + 1000], ['young.tmp', dayMs - 1000]] as const) {
      const path = join(folder.path, 'tmp', name)
      await writeFile(path, 'half')
      const at = new Date(clock.nowMs() - ageMs)
      await utimes(path, at, at)
    }
    await open()
    expect(await readdir(join(folder.path, 'tmp'))).toEqual(['young.tmp'])
  })

  it('finds, lists and sweeps what a sweep that was killed has taken aside', async () => {
    const store = await open()
    const bytes = new TextEncoder().encode('aside')
    const { sha256 } = await store.put(acme, bytes)
    const path = join(folder.path, 't', 'acme', 'artifacts', sha256.slice(0, 2), sha256)
    await rename(path, `${path}.swept-0123456789abcdef`)
    expect(Buffer.from(await store.get(acme, sha256)).equals(bytes)).toBe(true)
    expect(await store.has(acme, sha256)).toBe(true)
    const listed = []
    for await (const artifact of store.list(acme)) listed.push(artifact.sha256)
    expect(listed).toEqual([sha256])
    // put again it is there by its name, and the old one aside goes with the next sweep
    await store.put(acme, bytes)
    expect(await readdir(join(path, '..'))).toEqual([sha256, `${sha256}.swept-0123456789abcdef`])
    await store.deleteIfOlder(acme, sha256, Infinity)
    expect(await readdir(join(path, '..'))).toEqual([])
  })

  it('loses nothing that is put while it is swept', async () => {
    const [store, other] = [await open(), await open()]
    const bytes = new TextEncoder().encode('contested')
    const { sha256 } = await store.put(acme, bytes)
    const path = join(folder.path, 't', 'acme', 'artifacts', sha256.slice(0, 2), sha256)
    const longAgo = new Date(clock.nowMs() - 10 * dayMs)
    const random = createRandom(5)
    let deleted = 0
    for (let round = 0; round < 300; round++) {
      await store.put(acme, bytes)
      await utimes(path, longAgo, longAgo)
      const turns = async (): Promise<void> => {
        for (let turn = Math.floor(random.next() * 4); turn > 0; turn--) await stat(folder.path)
      }
      const [, ...sweeps] = await Promise.all([
        turns().then(() => store.put(acme, bytes)),
        ...[store, other].map((sweeping) => turns().then(() => sweeping.deleteIfOlder(acme, sha256, clock.nowMs()))),
      ])
      if (sweeps.includes(true)) deleted++
      expect(Buffer.from(await other.get(acme, sha256)).equals(bytes)).toBe(true)
    }
    // some were swept before they were put again, or the race was none
    expect(deleted).toBeGreaterThan(0)
  })

  it('takes an artifact for new when it is put again, so that a sweep of old ones spares it', async () => {
    const store = await open()
    const bytes = new Uint8Array([1, 2, 3])
    const { sha256 } = await store.put(acme, bytes)
    const path = join(folder.path, 't', 'acme', 'artifacts', sha256.slice(0, 2), sha256)
    const longAgo = new Date(clock.nowMs() - 10 * dayMs)
    await utimes(path, longAgo, longAgo)
    await store.put(acme, bytes)
    for await (const { modifiedAtMs } of store.list(acme)) expect(modifiedAtMs).toBe(clock.nowMs())
  })
})
