import { parseTenantId } from '@motadata/core'
import { DerivedKeyRing } from '../../src/key-ring/derived-key-ring.js'

describe('DerivedKeyRing', () => {
  it('derives keys that never change from one version of this package to the next', async () => {
    const keys = new DerivedKeyRing({ masterKeys: [new Uint8Array(32).fill(7)] })
    const { bytes } = await keys.current(parseTenantId('acme'), 'prediction-id')
    // RFC 5869 by hand with Python's hmac and hashlib: salt 'motadata-ml/key-ring/1', info 'prediction-id\0acme', 32 bytes.
    expect(Buffer.from(bytes).toString('hex')).toBe('233b098ca6ebf2d0c370c2d59bee2c69c9c3dd4271fc6abb313cae14edbc4bce')
  })

  it.each([[[]], [[new Uint8Array(16)]], [[new Uint8Array(32), new Uint8Array(31)]]])('refuses master keys that are none or of another length', (masterKeys) => {
    expect(() => new DerivedKeyRing({ masterKeys })).toThrow(expect.objectContaining({ code: 'CONFIGURATION_INVALID' }))
  })
})
