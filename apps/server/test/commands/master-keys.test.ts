import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readMasterKeyFile } from '@motadata/adapters'
import { openConfiguredPlatform } from '@motadata/worker/process'
import { readServerConfig } from '../../src/config.js'
import { runProgram } from '../support/run-program.js'

describe('the command for master keys', () => {
  let folder: string
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'motadata-master-keys-'))))
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('makes a file that the server takes, and adds and promotes a key in it; it shows names only', async () => {
    const environment = { MASTER_KEYS_FILE: join(folder, 'master-keys.json'), DATA_FOLDER: join(folder, 'data') }
    const made = await runProgram('master-keys-main', ['create'], environment)
    const added = await runProgram('master-keys-main', ['add'], environment)
    const name = /key (\w{16})/.exec(added.standard)![1]!
    const promoted = await runProgram('master-keys-main', ['promote', '--key', name], environment)
    const listed = await runProgram('master-keys-main', ['list'], environment)
    expect([made, added, promoted, listed].map(({ code, error }) => [code, error])).toEqual(Array(4).fill([0, '']))
    expect(listed.standard).toMatch(new RegExp(`^${name}  current\n\\w{16}\n$`))
    const keys = await readMasterKeyFile(environment.MASTER_KEYS_FILE)
    for (const key of keys) expect(made.standard + added.standard + listed.standard).not.toContain(Buffer.from(key).toString('base64'))

    const platform = await openConfiguredPlatform(readServerConfig(environment))
    await platform.close()
    await expect(readFile(join(folder, 'data/keys/master-keys.json'))).rejects.toMatchObject({ code: 'ENOENT' })
  }, 120_000)

  it('says what is wrong: a key that there is not, keys that are in no file', async () => {
    const environment = { DATA_FOLDER: folder }
    const [unknown, given] = await Promise.all([
      runProgram('master-keys-main', ['list'], environment),
      runProgram('master-keys-main', ['add'], { ...environment, MASTER_KEYS: Buffer.alloc(32, 1).toString('base64') }),
    ])
    expect(unknown).toMatchObject({ code: 1, standard: '', error: expect.stringMatching(/^CONFIGURATION_INVALID: .*ENOENT/) })
    expect(given).toMatchObject({ code: 1, standard: '', error: expect.stringMatching(/^CONFIGURATION_INVALID: .*MASTER_KEYS/) })
  }, 120_000)
})
