import { chmod, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeMasterKeys } from '../../src/filesystem/master-key-file.js'
import { readMasterKeyFile } from '../../src/filesystem/provided-master-key-file.js'
import { temporaryFolder } from '../engines.js'

describe('a master key file that somebody else keeps', () => {
  const [current, former] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
  const base64 = (key: Uint8Array): string => Buffer.from(key).toString('base64')
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let path: string
  beforeEach(async () => {
    folder = await temporaryFolder()
    path = join(folder.path, 'master-keys')
  })
  afterEach(() => folder.remove())

  const keep = async (text: string, mode = 0o600): Promise<void> => {
    await writeFile(path, text)
    await chmod(path, mode)
  }

  it.each([['a master key file', writeMasterKeys([current, former])], ['base64, as the setting takes it', `${base64(current)},${base64(former)}\n`]])('is %s', async (_, text) => {
    await keep(text)
    expect(await readMasterKeyFile(path)).toEqual([current, former])
  })

  it('may be where a link leads, as in a mounted secret', async () => {
    await keep(writeMasterKeys([current]), 0o400)
    await symlink(path, join(folder.path, 'link'))
    expect(await readMasterKeyFile(join(folder.path, 'link'))).toEqual([current])
  })

  it.each([0o644, 0o604, 0o640, 0o660, 0o620, 0o602, 0o444])('is refused with the rights %o, which are others’ too', async (mode) => {
    await keep(writeMasterKeys([current]), mode)
    const refusal: unknown = await readMasterKeyFile(path).catch((error: unknown) => error)
    expect(refusal).toMatchObject({ code: 'CONFIGURATION_INVALID', message: expect.stringContaining(`got ${mode.toString(8).padStart(4, '0')}`) })
    expect(String(refusal)).toContain('chmod 0600')
  })

  it('is refused when it is missing, a folder or something else, and nothing of it is quoted', async () => {
    await expect(readMasterKeyFile(path)).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID', message: expect.stringContaining('ENOENT') })
    await expect(readMasterKeyFile(folder.path)).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' })
    for (const text of ['', 'hunter2', '{"format":"master-keys/1","keys":[]}', `${base64(current)} hunter2`]) {
      await keep(text)
      const refusal: unknown = await readMasterKeyFile(path).catch((error: unknown) => error)
      expect(refusal).toMatchObject({ code: 'CONFIGURATION_INVALID', message: expect.stringContaining(path) })
      expect(String(refusal)).not.toMatch(/hunter2|AQEB/)
    }
  })
})
