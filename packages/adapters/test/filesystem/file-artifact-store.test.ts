import { readdir, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
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
