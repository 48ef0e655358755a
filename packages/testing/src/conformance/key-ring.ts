import type { KeyPurpose, KeyRing } from '@motadata/core'
import { acme, globex } from './tenants.js'

export interface OpenedKeyRing {
  readonly keys: KeyRing
  close(): Promise<void>
  /** The same keys, opened again. */
  reopen?(): Promise<KeyRing>
}

/**
 * What every KeyRing does. One is opened for each test.
 *
 * @param options.durable - Whether the keys outlive the process; then `open` gives `reopen`.
 */
export function describeKeyRing(name: string, open: () => Promise<OpenedKeyRing>, options: { readonly durable: boolean }): void {
  describe(`KeyRing: ${name}`, () => {
    let opened: OpenedKeyRing
    let keys: KeyRing

    beforeEach(async () => {
      opened = await open()
      keys = opened.keys
    })

    afterEach(() => opened.close())

    const purpose: KeyPurpose = 'prediction-id'

    it('gives 32 bytes with a short id that fits into a URL', async () => {
      const key = await keys.current(acme, purpose)
      expect(key.bytes).toHaveLength(32)
      expect(new Set(key.bytes).size).toBeGreaterThan(8)
      expect(key.id).toMatch(/^[A-Za-z0-9_-]{1,16}$/)
    })

    it('gives the same key every time', async () => {
      expect(await keys.current(acme, purpose)).toEqual(await keys.current(acme, purpose))
    })

    it('gives each tenant and each purpose another key', async () => {
      const first = await keys.current(acme, purpose)
      for (const other of [await keys.current(globex, purpose), await keys.current(acme, 'another' as KeyPurpose)]) {
        expect(other.id).not.toBe(first.id)
        expect(Buffer.from(other.bytes).equals(first.bytes)).toBe(false)
      }
    })

    it('does not give the key away by its id', async () => {
      const { id, bytes } = await keys.current(acme, purpose)
      for (const encoding of ['hex', 'base64', 'base64url'] as const) expect(Buffer.from(bytes).toString(encoding)).not.toContain(id)
    })

    it('finds the current key by its id', async () => {
      const key = await keys.current(acme, purpose)
      expect(await keys.find(acme, purpose, key.id)).toEqual(key)
    })

    it("finds nothing under another tenant's key id, nor under one that never was", async () => {
      const { id } = await keys.current(acme, purpose)
      expect(await keys.find(globex, purpose, id)).toBeUndefined()
      for (const unknown of ['', 'nothing', '__proto__']) expect(await keys.find(acme, purpose, unknown)).toBeUndefined()
    })

    it('cannot be changed through what it gave', async () => {
      const key = await keys.current(acme, purpose)
      const before = Buffer.from(key.bytes).toString('hex')
      key.bytes.fill(0)
      expect(Buffer.from((await keys.current(acme, purpose)).bytes).toString('hex')).toBe(before)
    })

    const itIfDurable = options.durable ? it : undefined
    itIfDurable?.('gives the same keys after it is opened again', async () => {
      expect(await (await opened.reopen!()).current(acme, purpose)).toEqual(await keys.current(acme, purpose))
    })
  })
}
