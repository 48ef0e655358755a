import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { acme } from '@motadata/testing'
import { loadMasterKeys, parseMasterKeys, writeMasterKeys } from '../../src/filesystem/master-key-file.js'
import { DerivedKeyRing } from '../../src/key-ring/derived-key-ring.js'
import { temporaryFolder } from '../engines.js'

describe('the master key file', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let path: string

  beforeEach(async () => {
    folder = await temporaryFolder()
    path = join(folder.path, 'keys', 'master-keys.json')
  })

  afterEach(() => folder.remove())

  const load = (mayCreate = true): Promise<Uint8Array[]> => loadMasterKeys(path, { mayCreate })

  it('is made once, also by many at once, for its owner to read only', async () => {
    const loaded = await Promise.all(Array.from({ length: 10 }, () => load()))
    expect(new Set(loaded.map(([key]) => Buffer.from(key!).toString('hex'))).size).toBe(1)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(join(folder.path, 'keys'))).toEqual(['master-keys.json'])
  })

  it('is not made where it must have been before', async () => {
    await expect(load(false)).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' })
    expect(await readdir(folder.path)).toEqual([])
  })

  const key = new Uint8Array(32).fill(7)
  const whole = writeMasterKeys([key])
  it.each([
    ['empty', ''],
    ['cut short', whole.slice(0, 60)],
    ['of another format', whole.replace('master-keys/1', 'master-keys/2')],
    ['without a key', '{"format":"master-keys/1","keys":[]}'],
    ['with a bit of the key turned', whole.replace('"secret": "B', '"secret": "A')],
    ['with a key that is too short', '{"format":"master-keys/1","keys":[{"secret":"AAAA","check":""}]}'],
    ['not an object', 'null'],
  ])('is refused when it is %s, left as it is, and not quoted', async (_, text) => {
    await mkdir(join(folder.path, 'keys'))
    await writeFile(path, text)
    const refusal: unknown = await load().catch((error: unknown) => error)
    expect(refusal).toMatchObject({ code: 'CONFIGURATION_INVALID' })
    expect(String(refusal)).not.toContain('BwcH')
    expect(await readFile(path, 'utf8')).toBe(text)
  })

  it('may hold keys of former times, which are found by their ids but are not current', async () => {
    const [current, former] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
    await mkdir(join(folder.path, 'keys'))
    await writeFile(path, writeMasterKeys([current, former]))
    const keys = new DerivedKeyRing({ masterKeys: await load() })
    const [now, before] = await Promise.all([current, former].map((masterKey) => new DerivedKeyRing({ masterKeys: [masterKey] }).current(acme, 'prediction-id')))
    expect(await keys.current(acme, 'prediction-id')).toEqual(now)
    expect(await keys.find(acme, 'prediction-id', before!.id)).toEqual(before)
  })
})

describe('master keys in a setting', () => {
  const [current, former] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
  const base64 = (key: Uint8Array): string => Buffer.from(key).toString('base64')

  it('are base64 separated by commas, the current one first, or the text of a master key file', () => {
    expect(parseMasterKeys(base64(current))).toEqual([current])
    expect(parseMasterKeys(` ${base64(current)} , ${base64(former).replace('=', '')}\n`)).toEqual([current, former])
    expect(parseMasterKeys(writeMasterKeys([current, former]))).toEqual([current, former])
  })

  it.each(['', ',', 'c2VjcmV0', `${base64(current)},`, `${base64(current)};${base64(former)}`, `${base64(current)}AAAA`, '{"format":"master-keys/1"}', '{secret'])(
    'are refused and not quoted when they are malformed: %j',
    (text) => {
      const refuse = (): unknown => parseMasterKeys(text)
      expect(refuse).toThrow(expect.objectContaining({ code: 'CONFIGURATION_INVALID' }))
      expect(refuse).not.toThrow(/AQEB|c2Vj|secret/)
    },
  )
})
