import { createHash } from 'node:crypto'
import type { ArtifactReference, ArtifactStore, TenantId } from '@motadata/core'
import { acme, globex } from './tenants.js'

export interface OpenedArtifactStore {
  readonly store: ArtifactStore
  /** Changes a stored artifact behind the store's back. */
  damage?(tenantId: TenantId, sha256: string): Promise<void>
  close(): Promise<void>
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const text = (value: string): Uint8Array => new TextEncoder().encode(value)

/**
 * What every ArtifactStore does. A store is opened for each test.
 *
 * @param options.damageable - Whether something behind the store's back could change what it keeps; then `open` gives `damage`.
 */
export function describeArtifactStore(name: string, open: () => Promise<OpenedArtifactStore>, options: { readonly damageable: boolean }): void {
  describe(`ArtifactStore: ${name}`, () => {
    let opened: OpenedArtifactStore
    let store: ArtifactStore

    beforeEach(async () => {
      opened = await open()
      store = opened.store
    })

    afterEach(() => opened.close())

    const list = async (tenantId: TenantId): Promise<(ArtifactReference & { modifiedAtMs: number })[]> => {
      const artifacts = []
      for await (const artifact of store.list(tenantId)) artifacts.push(artifact)
      return artifacts
    }

    it('gives back the bytes that were put, under their SHA-256', async () => {
      const bytes = text('a model')
      const reference = await store.put(acme, bytes)
      expect(reference).toEqual({ sha256: hashOf(bytes), sizeBytes: 7 })
      expect(Buffer.from(await store.get(acme, reference.sha256)).equals(bytes)).toBe(true)
      expect(await store.has(acme, reference.sha256)).toBe(true)
    })

    it('keeps no bytes as well as many', async () => {
      const none = await store.put(acme, new Uint8Array())
      expect(await store.get(acme, none.sha256)).toHaveLength(0)
      const many = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * 31) & 0xff)
      const { sha256 } = await store.put(acme, many)
      expect(Buffer.from(await store.get(acme, sha256)).equals(many)).toBe(true)
    })

    it('keeps one artifact when the same bytes are put again, also at once', async () => {
      const bytes = text('the same')
      const references = await Promise.all(Array.from({ length: 8 }, () => store.put(acme, bytes)))
      expect(new Set(references.map(({ sha256 }) => sha256)).size).toBe(1)
      expect((await list(acme)).map(({ sha256, sizeBytes }) => ({ sha256, sizeBytes }))).toEqual([{ sha256: hashOf(bytes), sizeBytes: 8 }])
    })

    it('shares no memory with its callers', async () => {
      const bytes = text('before')
      const { sha256 } = await store.put(acme, bytes)
      bytes.fill(0)
      const got = await store.get(acme, sha256)
      expect(new TextDecoder().decode(got)).toBe('before')
      got.fill(0)
      expect(new TextDecoder().decode(await store.get(acme, sha256))).toBe('before')
    })

    it('shows a tenant nothing of another, who may hold the same bytes', async () => {
      const { sha256 } = await store.put(acme, text('secret'))
      expect(await store.has(globex, sha256)).toBe(false)
      await expect(store.get(globex, sha256)).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' })
      expect(await list(globex)).toEqual([])
      await store.delete(globex, sha256)
      expect(await store.has(acme, sha256)).toBe(true)
      await store.put(globex, text('secret'))
      await store.delete(acme, sha256)
      expect(await store.has(globex, sha256)).toBe(true)
    })

    it('forgets what is deleted, and deletes what is not there without complaint', async () => {
      const { sha256 } = await store.put(acme, text('short-lived'))
      await store.delete(acme, sha256)
      expect(await store.has(acme, sha256)).toBe(false)
      await expect(store.get(acme, sha256)).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' })
      await expect(store.delete(acme, sha256)).resolves.toBeUndefined()
    })

    it('deletes by age what was put before a time, and nothing of another tenant', async () => {
      const { sha256 } = await store.put(acme, text('old'))
      await store.put(globex, text('old'))
      const { modifiedAtMs } = (await list(acme))[0]!
      expect(await store.deleteIfOlder(acme, sha256, modifiedAtMs)).toBe(false)
      expect(await store.has(acme, sha256)).toBe(true)
      expect(await store.deleteIfOlder(acme, sha256, modifiedAtMs + 1)).toBe(true)
      expect([await store.has(acme, sha256), await list(acme)]).toEqual([false, []])
      await expect(store.get(acme, sha256)).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' })
      expect(await store.deleteIfOlder(acme, sha256, modifiedAtMs + 1)).toBe(false)
      expect(await store.has(globex, sha256)).toBe(true)
      await store.put(acme, text('old'))
      expect(Buffer.from(await store.get(acme, sha256)).toString()).toBe('old')
    })

    it('lists sizes and times', async () => {
      await store.put(acme, text('one'))
      await store.put(acme, text('three'))
      const artifacts = await list(acme)
      expect(artifacts.map(({ sizeBytes }) => sizeBytes).sort()).toEqual([3, 5])
      expect(artifacts.every(({ modifiedAtMs }) => modifiedAtMs > 0)).toBe(true)
    })

    it.each(['', '..', '../../etc/passwd', 'A'.repeat(64), `${'a'.repeat(63)}/`, 'a'.repeat(65), '\0'])('finds nothing under %j', async (hash) => {
      await store.put(acme, text('something'))
      await expect(store.get(acme, hash)).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' })
      expect(await store.has(acme, hash)).toBe(false)
      await expect(store.delete(acme, hash)).resolves.toBeUndefined()
      expect(await store.deleteIfOlder(acme, hash, Infinity)).toBe(false)
    })

    const itIfDamageable = options.damageable ? it : undefined
    itIfDamageable?.('refuses bytes that were changed, and heals when they are put again', async () => {
      const bytes = text('whole')
      const { sha256 } = await store.put(acme, bytes)
      await opened.damage!(acme, sha256)
      await expect(store.get(acme, sha256)).rejects.toMatchObject({ code: 'ARTIFACT_CORRUPT' })
      await store.put(acme, bytes)
      expect(Buffer.from(await store.get(acme, sha256)).equals(bytes)).toBe(true)
    })
  })
}
