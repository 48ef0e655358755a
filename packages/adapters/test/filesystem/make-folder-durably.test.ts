import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeFolderDurably } from '../../src/filesystem/durable-file.js'

let scratch: string
beforeEach(async () => void (scratch = await mkdtemp(join(tmpdir(), 'motadata-folders-'))))
afterEach(() => rm(scratch, { recursive: true, force: true }))

describe('makeFolderDurably', () => {
  it('makes a folder with those above it, and again without complaint', async () => {
    const path = join(scratch, 'a/b/c')
    await makeFolderDurably(path)
    await makeFolderDurably(path)
    expect((await stat(path)).isDirectory()).toBe(true)
  })

  it('makes it once for all who ask at the same time', async () => {
    await Promise.all(Array.from({ length: 8 }, () => makeFolderDurably(join(scratch, 'x/y'))))
    expect((await stat(join(scratch, 'x/y'))).isDirectory()).toBe(true)
  })

  it('says where none can be made, and does not try for ever', async () => {
    await writeFile(join(scratch, 'file'), '')
    for (const path of [join(scratch, 'file/below'), '/proc/nowhere/below']) {
      await expect(makeFolderDurably(path)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', details: { folder: expect.any(String) } })
    }
  })
})
