import { ModelLoadError } from '@motadata/core'
import type { Tensor } from '@motadata/learn'

/** What a safetensors file holds. */
export interface SafetensorsFile {
  readonly metadata: ReadonlyMap<string, string>
  readonly tensors: ReadonlyMap<string, Tensor>
}

/** In the order in which the reference implementation lays out tensors. */
const dtypes = {
  F64: { bytes: 8, array: Float64Array },
  F32: { bytes: 4, array: Float32Array },
  U32: { bytes: 4, array: Uint32Array },
  I32: { bytes: 4, array: Int32Array },
  U8: { bytes: 1, array: Uint8Array },
} as const

type Dtype = keyof typeof dtypes
const layoutOrder = Object.keys(dtypes)

const lengthBytes = 8
const alignmentBytes = 8
const headerLimitBytes = 64 * 1024 * 1024
const dimensionLimit = 8
const metadataKey = '__metadata__'
const allowedName = /^(?!__)[A-Za-z0-9_./-]{1,200}$/

/**
 * The bytes of a safetensors file: eight bytes little-endian with the header's length, the header as JSON, then the tensors,
 * little-endian. Wider numbers come first and the header is padded, so that every tensor is aligned; the same content gives the
 * same bytes.
 *
 * @see The safetensors format, github.com/huggingface/safetensors.
 */
export function encodeSafetensors(file: SafetensorsFile): Uint8Array {
  const pieces = safetensorsPieces(file)
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0))
  let offset = 0
  for (const piece of pieces) {
    bytes.set(piece, offset)
    offset += piece.byteLength
  }
  return bytes
}

/** What {@link encodeSafetensors} puts together, in its order and without a copy: for whoever reads the bytes once, as a hash does. */
export function safetensorsPieces(file: SafetensorsFile): readonly Uint8Array[] {
  const ordered = [...file.tensors].sort(([nameA, a], [nameB, b]) =>
    layoutOrder.indexOf(a.dtype) - layoutOrder.indexOf(b.dtype) || (nameA < nameB ? -1 : 1))
  const header = encodeHeader(file.metadata, ordered)
  const length = new Uint8Array(lengthBytes)
  new DataView(length.buffer).setBigUint64(0, BigInt(header.byteLength), true)
  return [length, header, ...ordered.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength))]
}

function encodeHeader(metadata: ReadonlyMap<string, string>, ordered: readonly (readonly [string, Tensor])[]): Uint8Array {
  let offset = 0
  const entries = ordered.map(([name, { dtype, shape, data }]) => {
    const start = offset
    offset += data.byteLength
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [start, offset] })}`
  })
  const pairs = [...metadata].sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
  const json = Buffer.from(`{${[`"${metadataKey}":{${pairs.join(',')}}`, ...entries].join(',')}}`)
  const padded = Buffer.alloc(Math.ceil((lengthBytes + json.byteLength) / alignmentBytes) * alignmentBytes - lengthBytes, ' ')
  padded.set(json)
  return padded
}

/**
 * Reads a file that may be truncated, altered or hostile. Only what {@link encodeSafetensors} writes is accepted: what was read is
 * written again and must give the same header, so a name that occurs twice, a gap or an overlap has no place to hide. The tensors
 * are copies; no code runs.
 *
 * @throws ModelLoadError `MODEL_LOAD_FAILED`
 */
export function decodeSafetensors(file: Uint8Array): SafetensorsFile {
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength)
  if (bytes.byteLength < lengthBytes + 2) throw damaged(`at least ${lengthBytes + 2} bytes`, `${bytes.byteLength}`)
  const headerBytes = new DataView(bytes.buffer, bytes.byteOffset, lengthBytes).getBigUint64(0, true)
  const most = Math.min(bytes.byteLength - lengthBytes, headerLimitBytes)
  if (headerBytes > BigInt(most)) throw damaged(`a header of at most ${most} bytes`, `one said to have ${headerBytes}`)
  const header = bytes.subarray(lengthBytes, lengthBytes + Number(headerBytes))
  const body = bytes.subarray(lengthBytes + header.byteLength)

  const entries = parseHeader(header)
  const metadata = readMetadata(entries.get(metadataKey))
  const tensors = new Map<string, Tensor>()
  let offset = 0
  for (const [name, entry] of entries) {
    if (name === metadataKey) continue
    if (!allowedName.test(name)) throw damaged('tensor names of letters, digits, dots, slashes, - or _', describe(name))
    const tensor = readTensor(name, entry, body, offset)
    offset += tensor.data.byteLength
    tensors.set(name, tensor)
  }
  if (offset !== body.byteLength) throw damaged(`${offset} bytes of tensors`, `${body.byteLength}`)
  if (Buffer.compare(encodeHeader(metadata, [...tensors]), header) !== 0) {
    throw damaged('the header in its one canonical form', 'another order, spacing, padding or a repeated name')
  }
  return { metadata, tensors }
}

function parseHeader(header: Uint8Array): ReadonlyMap<string, unknown> {
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(header))
  } catch (cause) {
    throw damaged('a header of JSON in UTF-8', 'something else', cause)
  }
  if (!isRecord(parsed)) throw damaged('a header that is a JSON object', 'another value')
  return new Map(Object.entries(parsed))
}

function readMetadata(entry: unknown): ReadonlyMap<string, string> {
  if (!isRecord(entry)) throw damaged(`an object of texts as ${metadataKey}`, 'none')
  const metadata = new Map<string, string>()
  for (const [key, value] of Object.entries(entry)) {
    if (typeof value !== 'string') throw damaged(`text for every key of ${metadataKey}`, `${typeof value} for ${describe(key)}`)
    metadata.set(key, value)
  }
  return metadata
}

function readTensor(name: string, entry: unknown, body: Uint8Array, offset: number): Tensor {
  if (!isRecord(entry) || Object.keys(entry).join() !== 'dtype,shape,data_offsets') {
    throw damaged(`dtype, shape and data_offsets for '${name}'`, 'other keys')
  }
  const { dtype, shape, data_offsets: offsets } = entry
  if (typeof dtype !== 'string' || !Object.hasOwn(dtypes, dtype)) {
    throw damaged(`one of ${layoutOrder.join(', ')} as dtype of '${name}'`, describe(dtype))
  }
  if (!isSizes(shape) || shape.length > dimensionLimit) throw damaged(`a shape of whole numbers for '${name}'`, describe(shape))
  const { bytes: elementBytes, array: TypedArray } = dtypes[dtype as Dtype]
  const byteLength = shape.reduce((product, size) => product * size, elementBytes)
  const end = offset + byteLength
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0] !== offset || offsets[1] !== end || end > body.byteLength) {
    const received = isSizes(offsets) ? offsets.slice(0, 3).join(' to ') : describe(offsets)
    throw damaged(`data_offsets of '${name}' from ${offset}, for ${byteLength} of ${body.byteLength} bytes`, received)
  }
  const copy = body.slice(offset, end)
  return { dtype: dtype as Dtype, shape, data: new TypedArray(copy.buffer, 0, byteLength / elementBytes) }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0)
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40))
  return Array.isArray(value) ? `a list of ${value.length}` : typeof value
}

function damaged(expected: string, received: string, cause?: unknown): ModelLoadError {
  return new ModelLoadError(
    'MODEL_LOAD_FAILED',
    `Expected ${expected} in a model artifact, got ${received}. It is truncated, altered or no model; register the model again.`,
    { details: { expected, received }, ...(cause === undefined ? {} : { cause }) },
  )
}
