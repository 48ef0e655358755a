import { hash, timingSafeEqual } from 'node:crypto'
import { MLError } from '../errors/ml-error.js'
import type { SecretKey } from '../ports/key-ring.js'
import { parseTenantId, type TenantId } from './tenant.js'

/** What a prediction id says of its prediction. */
export interface PredictionIdentityClaims {
  readonly tenantId: TenantId
  readonly model: string
  readonly version: number
  readonly entityKey?: string
  readonly predictedAtMs: number
  /** Tells predictions of one millisecond apart. */
  readonly nonce: string
}

const separator = '\u001f'

/**
 * Makes the id of a prediction: its claims and a MAC under the tenant's key, so that feedback can be accepted for it even when
 * the log row of the prediction was lost.
 *
 * @returns `p1.<key id>.<claims>.<mac>`, URL-safe
 */
export function encodePredictionId(claims: PredictionIdentityClaims, key: SecretKey): string {
  const { tenantId, model, version, predictedAtMs, nonce, entityKey = '' } = claims
  const plain = `${tenantId}${separator}${model}${separator}${version}${separator}${predictedAtMs}${separator}${nonce}${separator}${entityKey}`
  const body = `p1.${key.id}.${Buffer.from(plain).toString('base64url')}`
  return `${body}.${mac(body, key)}`
}

/** The id of the key that a prediction id was made with; its claims count only once {@link decodePredictionId} has checked them. */
export function predictionKeyId(predictionId: string): string {
  const [format, keyId, claims, signature] = predictionId.split('.')
  if (format !== 'p1' || !keyId || !claims || !signature) throw invalid()
  return keyId
}

/**
 * Reads a prediction id back.
 *
 * @throws MLError `PREDICTION_ID_INVALID` when it is malformed, altered, or was made with another key
 */
export function decodePredictionId(predictionId: string, key: SecretKey): PredictionIdentityClaims {
  if (predictionKeyId(predictionId) !== key.id) throw invalid()
  const end = predictionId.lastIndexOf('.')
  const given = Buffer.from(predictionId.slice(end + 1))
  const expected = Buffer.from(mac(predictionId.slice(0, end), key))
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw invalid()
  const claims = predictionId.slice(predictionId.indexOf('.', 3) + 1, end)
  const [tenantId, model, version, predictedAtMs, nonce, ...entityKey] = Buffer.from(claims, 'base64url').toString().split(separator)
  const about = entityKey.join(separator)
  return {
    tenantId: parseTenantId(tenantId),
    model: model!,
    version: Number(version),
    predictedAtMs: Number(predictedAtMs),
    nonce: nonce!,
    ...(about === '' ? {} : { entityKey: about }),
  }
}

/** The key, padded and masked, before what is hashed: inner and outer, as HMAC has them (RFC 2104). */
interface Pads {
  readonly inner: Buffer
  readonly outer: Buffer
}

const blockBytes = 64
const hashBytes = 32
const padsOfKey = new WeakMap<Uint8Array, Pads>()
/** 16 bytes are 21 letters of base64url and the first two bits of another. */
const wholeLetters = 21
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/**
 * The first 16 bytes of HMAC-SHA256 in base64url, as two hashes of one call each, whose results come as text: for a text this short Node's own
 * HMAC object costs three times as much, and a hash that makes a Buffer twice as much. It is done once a prediction.
 */
function mac(body: string, key: SecretKey): string {
  let pads = padsOfKey.get(key.bytes)
  if (!pads) padsOfKey.set(key.bytes, (pads = { inner: mask(key.bytes, 0x36), outer: Buffer.concat([mask(key.bytes, 0x5c), Buffer.alloc(hashBytes)]) }))
  const inner = Buffer.allocUnsafe(blockBytes + Buffer.byteLength(body))
  inner.set(pads.inner)
  inner.write(body, blockBytes)
  pads.outer.write(hash('sha256', inner, 'binary'), blockBytes, 'binary')
  const digest = hash('sha256', pads.outer, 'base64url')
  return digest.slice(0, wholeLetters) + letters[letters.indexOf(digest[wholeLetters]!) & 0b110000]!
}

/** For keys of at most a block, as all of ours are. */
function mask(key: Uint8Array, by: number): Buffer {
  const pad = Buffer.alloc(blockBytes, by)
  key.forEach((byte, index) => (pad[index] = byte ^ by))
  return pad
}

function invalid(): MLError {
  return new MLError('PREDICTION_ID_INVALID', 'Expected a prediction id as a prediction carried it, got one that was altered or made elsewhere.')
}
