import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CollectingLogger, FixedClock, acme } from '@motadata/testing'
import { FileArtifactStore, openPlatform } from '../../src/index.js'
import { asFileError } from '../../src/filesystem/file-error.js'
import { type SmallDisk, disksCanBeMade, mountSmallDisk, reportMissingDisk } from './small-disk.js'

const mebibyte = 1024 * 1024
const full = { code: 'STORAGE_UNAVAILABLE', details: { reason: 'full' }, message: expect.stringContaining('room') }

describe('an error of the disk', () => {
  it.each([['ENOSPC', 'full'], ['EDQUOT', 'full'], ['EROFS', 'access'], ['EACCES', 'access'], ['EIO', 'device']])('%s says what to do, as a coded one', (code, reason) => {
    const cause = Object.assign(new Error(`${code}: it failed`), { code })
    expect(asFileError(cause)).toMatchObject({ code: 'STORAGE_UNAVAILABLE', details: { reason }, cause })
  })

  it('that is none is passed on as it is', () => {
    for (const error of [new Error('other'), undefined, Object.assign(new Error('gone'), { code: 'ENOENT' })]) expect(asFileError(error)).toBe(error)
  })
})

reportMissingDisk('the tests of a full disk')
const describeOnDisk = disksCanBeMade ? describe : undefined
describeOnDisk?.('a disk that is full', () => {
  let disk: SmallDisk

  afterEach(() => disk.remove())

  it('keeps nothing half written of an artifact in files, and takes it when there is room again', async () => {
    disk = await mountSmallDisk(4 * mebibyte)
    const store = new FileArtifactStore({ folder: disk.path, clock: new FixedClock() })
    await store.open()
    const kept = await store.put(acme, new Uint8Array(mebibyte).fill(1))
    await disk.fill(mebibyte / 2)
    const bytes = new Uint8Array(mebibyte).fill(2)
    await expect(store.put(acme, bytes)).rejects.toMatchObject(full)
    expect(await readdir(join(disk.path, 'tmp'))).toEqual([])
    const listed = []
    for await (const { sha256 } of store.list(acme)) listed.push(sha256)
    expect(listed).toEqual([kept.sha256])
    expect(await store.get(acme, kept.sha256)).toHaveLength(mebibyte)
    await disk.clear()
    const { sha256 } = await store.put(acme, bytes)
    expect(Buffer.from(await store.get(acme, sha256)).equals(bytes)).toBe(true)
  })

  it('keeps nothing of a unit of work in the embedded database, which goes on when there is room again, also after a restart', async () => {
    disk = await mountSmallDisk(160 * mebibyte)
    const open = () => openPlatform({ dataFolder: join(disk.path, 'data'), artifacts: 'database:', logger: new CollectingLogger(), masterKeys: [new Uint8Array(32)] })
    let platform = await open()
    const bytes = new Uint8Array(3 * mebibyte).fill(3)
    try {
      await disk.fill(300_000)
      await expect(platform.artifacts.put(acme, bytes)).rejects.toMatchObject(full)
      for await (const artifact of platform.artifacts.list(acme)) throw new Error(`half of ${artifact.sha256} is there`)
      await platform.database.ping()
      await disk.clear()
      const { sha256 } = await platform.artifacts.put(acme, bytes)
      await platform.close()
      platform = await open()
      expect(Buffer.from(await platform.artifacts.get(acme, sha256)).equals(bytes)).toBe(true)
    } finally {
      await platform.close()
    }
  }, 60_000)
})
