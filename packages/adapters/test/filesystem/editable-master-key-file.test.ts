import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { acme } from '@motadata/testing'
import { MasterKeyFile } from '../../src/filesystem/editable-master-key-file.js'
import { readMasterKeyFile } from '../../src/filesystem/provided-master-key-file.js'
import { DerivedKeyRing } from '../../src/key-ring/derived-key-ring.js'
import { temporaryFolder } from '../engines.js'

describe('changing a master key file', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let file: MasterKeyFile
  beforeEach(async () => {
    folder = await temporaryFolder()
    file = new MasterKeyFile(join(folder.path, 'keys', 'master-keys.json'))
  })
  afterEach(() => folder.remove())

  const openKeys = async (): Promise<DerivedKeyRing> => new DerivedKeyRing({ masterKeys: await readMasterKeyFile(file.path) })

  it('rotates in two steps, during which every process reads what any of them signs', async () => {
    const first = await file.create()
    const before = await openKeys()
    const next = await file.add()
    expect(await file.list()).toEqual([first, next])
    const added = await openKeys()
    await file.promote(next)
    expect(await file.list()).toEqual([next, first])
    const promoted = await openKeys()

    const signed = await promoted.current(acme, 'prediction-id')
    expect(signed).not.toEqual(await added.current(acme, 'prediction-id'))
    expect(await added.find(acme, 'prediction-id', signed.id)).toEqual(signed)
    const old = await before.current(acme, 'prediction-id')
    expect(await promoted.find(acme, 'prediction-id', old.id)).toEqual(old)
    expect((await stat(file.path)).mode & 0o777).toBe(0o600)

    await file.remove(first)
    expect(await file.list()).toEqual([next])
    expect(await (await openKeys()).find(acme, 'prediction-id', old.id)).toBeUndefined()
  })

  it('never replaces a file that is there, nor one that is damaged', async () => {
    await file.create()
    const whole = await readFile(file.path, 'utf8')
    await expect(file.create()).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID', message: expect.stringContaining('got one') })
    expect(await readFile(file.path, 'utf8')).toBe(whole)
    await writeFile(file.path, whole.slice(0, 60))
    await expect(file.add()).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' })
    expect(await readFile(file.path, 'utf8')).toBe(whole.slice(0, 60))
  })

  it('refuses names of keys that there are not, and to remove the current one', async () => {
    await expect(file.list()).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID', message: expect.stringContaining('ENOENT') })
    const first = await file.create()
    for (const change of [() => file.promote('nothing'), () => file.remove('nothing'), () => file.remove(first)]) {
      await expect(change()).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' })
    }
    expect(await file.list()).toEqual([first])
  })
})
