import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tenantKey } from '@motadata/core'
import { CollectingLogger, FixedClock, describeArtifactStore, describeCache, describeChangeSignal, describeKeyRing, describeOnlineStore, describeRateLimiter } from '@motadata/testing'
import { FileArtifactStore } from '../src/filesystem/file-artifact-store.js'
import { MasterKeyFile } from '../src/filesystem/editable-master-key-file.js'
import { loadMasterKeys, parseMasterKeys } from '../src/filesystem/master-key-file.js'
import { readMasterKeyFile } from '../src/filesystem/provided-master-key-file.js'
import { DerivedKeyRing } from '../src/key-ring/derived-key-ring.js'
import { MemoryArtifactStore } from '../src/memory/memory-artifact-store.js'
import { MemoryCache } from '../src/memory/memory-cache.js'
import { MemoryChangeSignal } from '../src/memory/memory-change-signal.js'
import { MemoryOnlineStore } from '../src/memory/memory-online-store.js'
import { MemoryRateLimiter } from '../src/memory/memory-rate-limiter.js'
import { temporaryFolder } from './engines.js'

const nothingToClose = (): Promise<void> => Promise.resolve()

describeCache('memory', () => {
  const clock = new FixedClock()
  return Promise.resolve({ cache: new MemoryCache({ maxBytes: 1_000_000, clock }), advance: (byMs) => Promise.resolve(clock.advance(byMs)), close: nothingToClose })
})

describeRateLimiter('memory', () => {
  const clock = new FixedClock()
  return Promise.resolve({ rateLimiter: new MemoryRateLimiter({ clock }), advance: (byMs) => Promise.resolve(clock.advance(byMs)), close: nothingToClose })
})

describeOnlineStore('memory', () => {
  const clock = new FixedClock()
  return Promise.resolve({ onlineStore: new MemoryOnlineStore({ maxBytes: 1_000_000, clock }), advance: (byMs) => Promise.resolve(clock.advance(byMs)), close: nothingToClose })
})

describeChangeSignal('memory', () => Promise.resolve({ changes: new MemoryChangeSignal({ logger: new CollectingLogger() }), close: nothingToClose }))

describeArtifactStore('memory', () => Promise.resolve({ store: new MemoryArtifactStore({ clock: new FixedClock() }), close: nothingToClose }), { damageable: false })

describeArtifactStore(
  'files',
  async () => {
    const folder = await temporaryFolder()
    const store = new FileArtifactStore({ folder: folder.path, clock: new FixedClock() })
    await store.open()
    return {
      store,
      close: folder.remove,
      damage: async (tenantId, sha256) => {
        const path = join(folder.path, tenantKey(tenantId, 'artifacts', sha256.slice(0, 2), sha256))
        const bytes = await readFile(path)
        bytes[0]! ^= 1
        await writeFile(path, bytes)
      },
    }
  },
  { damageable: true },
)

describeKeyRing('embedded, in memory', () => Promise.resolve({ keys: new DerivedKeyRing({ masterKeys: [randomBytes(32)] }), close: nothingToClose }), { durable: false })

describeKeyRing(
  'the environment',
  () => {
    const text = [randomBytes(32), randomBytes(32)].map((key) => key.toString('base64')).join(',')
    const open = (): Promise<DerivedKeyRing> => Promise.resolve(new DerivedKeyRing({ masterKeys: parseMasterKeys(text) }))
    return open().then((keys) => ({ keys, reopen: open, close: nothingToClose }))
  },
  { durable: true },
)

describeKeyRing(
  'a file that somebody else keeps',
  async () => {
    const folder = await temporaryFolder()
    const path = join(folder.path, 'master-keys.json')
    const file = new MasterKeyFile(path)
    await file.create()
    await file.promote(await file.add())
    const open = async (): Promise<DerivedKeyRing> => new DerivedKeyRing({ masterKeys: await readMasterKeyFile(path) })
    return { keys: await open(), reopen: open, close: folder.remove }
  },
  { durable: true },
)

describeKeyRing(
  'the master key file of a data folder',
  async () => {
    const folder = await temporaryFolder()
    const open = async (): Promise<DerivedKeyRing> =>
      new DerivedKeyRing({ masterKeys: await loadMasterKeys(join(folder.path, 'keys', 'master-keys.json'), { mayCreate: true }) })
    return { keys: await open(), reopen: open, close: folder.remove }
  },
  { durable: true },
)
