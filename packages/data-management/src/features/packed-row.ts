import { type CellValue, type ColumnKind, FeatureStoreError } from '@motadata/core'

/**
 * The features of one row in as few bytes as can be: a byte for the form (1), one bit a feature for whether it is there, then those that
 * are, in their order: numbers and instants in 8 bytes, booleans in 1, texts as 4 bytes of length and UTF-8. Little-endian.
 */
const form = 1

/** @param kinds - Of all features of the view, in its order. */
export function packRow(kinds: readonly ColumnKind[], values: readonly CellValue[]): Uint8Array {
  const bitmapLength = (kinds.length + 7) >> 3
  const texts = new Array<Buffer | undefined>(kinds.length)
  let length = 1 + bitmapLength
  for (let at = 0; at < kinds.length; at++) {
    const value = values[at]
    if (value === null || value === undefined) continue
    if (kinds[at] === 'text' || kinds[at] === 'category') length += 4 + (texts[at] = Buffer.from(String(value))).length
    else length += kinds[at] === 'boolean' ? 1 : 8
  }
  const bytes = Buffer.alloc(length)
  bytes[0] = form
  let offset = 1 + bitmapLength
  for (let at = 0; at < kinds.length; at++) {
    const value = values[at]
    if (value === null || value === undefined) continue
    bytes[1 + (at >> 3)]! |= 1 << (at & 7)
    const text = texts[at]
    if (text) {
      bytes.writeUInt32LE(text.length, offset)
      offset += 4 + text.copy(bytes, offset + 4)
    } else if (kinds[at] === 'boolean') bytes[offset++] = value === true ? 1 : 0
    else offset = bytes.writeDoubleLE(value instanceof Date ? value.getTime() : Number(value), offset)
  }
  return bytes
}

/**
 * Reads some features of a packed row.
 *
 * @param take - Called for each feature that is asked for, with its place in `wanted`; null where it is missing.
 * @param wanted - Numbers of features, rising.
 * @throws FeatureStoreError `ARTIFACT_CORRUPT` for bytes that are no such row
 */
export function unpackRow(kinds: readonly ColumnKind[], bytes: Uint8Array, wanted: readonly number[], take: (place: number, value: CellValue) => void): void {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let offset = 1 + ((kinds.length + 7) >> 3)
  if (view[0] !== form || view.length < offset) throw corrupt()
  let place = 0
  for (let at = 0; place < wanted.length && at < kinds.length; at++) {
    const isWanted = wanted[place] === at
    if ((view[1 + (at >> 3)]! & (1 << (at & 7))) === 0) {
      if (isWanted) take(place++, null)
      continue
    }
    const kind = kinds[at]!
    const isText = kind === 'text' || kind === 'category'
    if (offset + (isText ? 4 : kind === 'boolean' ? 1 : 8) > view.length) throw corrupt()
    const length = isText ? view.readUInt32LE(offset) : kind === 'boolean' ? 1 : 8
    if (isText) offset += 4
    if (offset + length > view.length) throw corrupt()
    if (isWanted) take(place++, isText ? view.toString('utf8', offset, offset + length) : kind === 'boolean' ? view[offset] === 1 : kind === 'number' ? view.readDoubleLE(offset) : new Date(view.readDoubleLE(offset)))
    offset += length
  }
}

function corrupt(): FeatureStoreError {
  return new FeatureStoreError('ARTIFACT_CORRUPT', 'Expected a row of features as it was packed, got other bytes. Materialize the feature view anew.')
}
