import { MemoryArtifactStore } from '@motadata/adapters'
import { FixedClock, acme } from '@motadata/testing'
import { keepArtifact } from '../../src/artifact/keep-artifact.js'

const bytes = Buffer.from('a model')

describe('keepArtifact', () => {
  it('has the artifact stored before something refers to it', async () => {
    const store = new MemoryArtifactStore({ clock: new FixedClock() })
    const result = await keepArtifact(store, acme, bytes, async ({ sha256, sizeBytes }) => [await store.has(acme, sha256), sizeBytes])
    expect(result).toEqual([true, 7])
  })

  it('still has it afterwards, when a sweep took it in between', async () => {
    const store = new MemoryArtifactStore({ clock: new FixedClock() })
    const hash = await keepArtifact(store, acme, bytes, async ({ sha256 }) => {
      await store.delete(acme, sha256)
      return sha256
    })
    expect(Buffer.from(await store.get(acme, hash)).equals(bytes)).toBe(true)
  })

  it('passes on what went wrong with referring to it', async () => {
    const store = new MemoryArtifactStore({ clock: new FixedClock() })
    await expect(keepArtifact(store, acme, bytes, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused')
  })
})
