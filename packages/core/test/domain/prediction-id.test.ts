import { createHmac } from 'node:crypto'
import { decodePredictionId, encodePredictionId, parseTenantId, predictionKeyId } from '../../src/index.js'

const key = { id: 'k1', bytes: new Uint8Array(32).fill(7) }
const claims = { tenantId: parseTenantId('acme'), model: 'ticket.classifier', version: 12, entityKey: 'INC0012', predictedAtMs: 1_770_000_000_000, nonce: 'a1' }

describe('a prediction id', () => {
  it('says which prediction it is', () => {
    const id = encodePredictionId(claims, key)
    expect(id).toMatch(/^[A-Za-z0-9._-]+$/)
    expect(predictionKeyId(id)).toBe('k1')
    expect(decodePredictionId(id, key)).toEqual(claims)
  })

  it('is signed with HMAC-SHA256, cut to 16 bytes', () => {
    const id = encodePredictionId(claims, key)
    const end = id.lastIndexOf('.')
    expect(id.slice(end + 1)).toBe(createHmac('sha256', key.bytes).update(id.slice(0, end)).digest().subarray(0, 16).toString('base64url'))
  })

  it.each(['', 'a.b', 'ünïcode \u001f odd', '🙂'])('carries the entity key %j', (entityKey) => {
    const decoded = decodePredictionId(encodePredictionId({ ...claims, entityKey }, key), key)
    expect(decoded.entityKey ?? '').toBe(entityKey)
  })

  it('is refused when any character of it is changed', () => {
    const id = encodePredictionId(claims, key)
    for (let i = 0; i < id.length - 1; i++) {
      const altered = `${id.slice(0, i)}${id[i] === 'A' ? 'B' : 'A'}${id.slice(i + 1)}`
      expect(() => decodePredictionId(altered, key)).toThrow(expect.objectContaining({ code: 'PREDICTION_ID_INVALID' }))
    }
  })

  it('is refused with letters that only look like its own in fewer bits', () => {
    const id = encodePredictionId(claims, key)
    const altered = `${id.slice(0, 10)}${String.fromCharCode(id.charCodeAt(10) + 0x100)}${id.slice(11)}`
    expect(() => decodePredictionId(altered, key)).toThrow(expect.objectContaining({ code: 'PREDICTION_ID_INVALID' }))
  })

  it.each(['', 'p1', 'p1...', 'p1.k1.x', 'p2.k1.x.y', 'p1.k1.x.y.z'])('is not %j', (id) => {
    expect(() => decodePredictionId(id, key)).toThrow(expect.objectContaining({ code: 'PREDICTION_ID_INVALID' }))
  })

  it('made with another key is refused', () => {
    const id = encodePredictionId(claims, { id: 'k1', bytes: new Uint8Array(32).fill(8) })
    expect(() => decodePredictionId(id, key)).toThrow(expect.objectContaining({ code: 'PREDICTION_ID_INVALID' }))
  })
})
