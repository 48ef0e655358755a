import { readFileSync } from 'node:fs'
import { isMLError } from '@motadata/core'
import type { Tensor } from '@motadata/learn'
import fc from 'fast-check'
import { decodeSafetensors, encodeSafetensors } from '../../src/artifact/safetensors.js'

const arrays = { F64: Float64Array, F32: Float32Array, U32: Uint32Array, I32: Int32Array, U8: Uint8Array }
const python = JSON.parse(readFileSync(new URL('../fixtures/safetensors.json', import.meta.url), 'utf8')) as {
  metadata: Record<string, string>
  tensors: Record<string, { dtype: keyof typeof arrays; shape: number[]; values: number[] }>
  bytesBase64: string
}
const file = {
  metadata: new Map(Object.entries(python.metadata)),
  tensors: new Map(Object.entries(python.tensors).map(([name, { dtype, shape, values }]): [string, Tensor] => [name, { dtype, shape, data: arrays[dtype].from(values) }])),
}
const bytes = new Uint8Array(Buffer.from(python.bytesBase64, 'base64'))

const withHeader = (header: string, body: Uint8Array = new Uint8Array(0)): Uint8Array => {
  const padded = header.padEnd(Math.ceil(Buffer.byteLength(header) / 8) * 8)
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(padded)))
  return Buffer.concat([length, Buffer.from(padded), body])
}
const refusal = (given: Uint8Array): unknown => {
  try {
    decodeSafetensors(given)
    return 'accepted'
  } catch (error) {
    return isMLError(error) ? error.code : error
  }
}
const tensor = (name: string, dtype: string, shape: unknown, offsets: unknown): string => `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: offsets })}`

describe('safetensors', () => {
  it("writes the same bytes as Python's safetensors 0.5.3", () => {
    expect(Buffer.compare(encodeSafetensors(file), bytes)).toBe(0)
  })

  it('reads what Python wrote, from any place in a larger buffer', () => {
    const shifted = Buffer.concat([Buffer.alloc(3), bytes]).subarray(3)
    const read = decodeSafetensors(shifted)
    expect(read.metadata).toEqual(file.metadata)
    expect(new Map([...read.tensors].sort())).toEqual(new Map([...file.tensors].sort()))
  })

  it('gives copies: the file can be thrown away', () => {
    const given = Uint8Array.from(bytes)
    const { tensors } = decodeSafetensors(given)
    given.fill(0)
    expect([...tensors.get('codes')!.data]).toEqual([-1, 7])
  })

  it.each([
    ['nothing', new Uint8Array(0)],
    ['fewer bytes than a length has', new Uint8Array(7)],
    ['a header longer than the file', Buffer.concat([Buffer.from([255, 255, 255, 255, 255, 255, 255, 127]), Buffer.from('{}')])],
    ['a length that is no number of JavaScript', Buffer.concat([Buffer.alloc(8, 255), Buffer.from('{}')])],
    ['no JSON', withHeader('nonsense')],
    ['invalid UTF-8', Buffer.concat([withHeader('').subarray(0, 0), Buffer.from([8, 0, 0, 0, 0, 0, 0, 0]), Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d, 0x20])])],
    ['a list', withHeader('[]')],
    ['no metadata', withHeader('{}')],
    ['metadata that is no text', withHeader('{"__metadata__":{"a":1}}')],
    ['an unknown dtype', withHeader(`{"__metadata__":{},${tensor('a', 'BF16', [1], [0, 2])}}`, new Uint8Array(2))],
    ['a dtype of the prototype', withHeader(`{"__metadata__":{},${tensor('a', 'constructor', [1], [0, 2])}}`, new Uint8Array(2))],
    ['a size that is not the shape', withHeader(`{"__metadata__":{},${tensor('a', 'F32', [2], [0, 4])}}`, new Uint8Array(4))],
    ['a negative size', withHeader(`{"__metadata__":{},${tensor('a', 'F32', [-1], [0, -4])}}`)],
    ['sizes whose product is no number', withHeader(`{"__metadata__":{},${tensor('a', 'U8', [2 ** 52, 2 ** 52, 2 ** 52], [0, 4])}}`, new Uint8Array(4))],
    ['offsets beyond the file', withHeader(`{"__metadata__":{},${tensor('a', 'F32', [4], [0, 16])}}`, new Uint8Array(4))],
    ['overlapping tensors', withHeader(`{"__metadata__":{},${tensor('a', 'U8', [4], [0, 4])},${tensor('b', 'U8', [4], [2, 6])}}`, new Uint8Array(6))],
    ['a gap between tensors', withHeader(`{"__metadata__":{},${tensor('a', 'U8', [2], [0, 2])},${tensor('b', 'U8', [2], [4, 6])}}`, new Uint8Array(6))],
    ['bytes behind the tensors', withHeader(`{"__metadata__":{},${tensor('a', 'U8', [2], [0, 2])}}`, new Uint8Array(6))],
    ['a name twice', withHeader(`{"__metadata__":{},${tensor('a', 'U8', [2], [0, 2])},${tensor('a', 'U8', [2], [0, 2])}}`, new Uint8Array(2))],
    ['the name __proto__', withHeader(`{"__metadata__":{},"__proto__":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}`, new Uint8Array(2))],
    ['the metadata twice', withHeader('{"__metadata__":{"a":"1"},"__metadata__":{"a":"2"}}')],
    ['more keys than a tensor has', withHeader('{"__metadata__":{},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"x":1}}')],
    ['JSON of a great depth', withHeader(`{"__metadata__":${'['.repeat(200_000)}${']'.repeat(200_000)}}`)],
    ['offsets of a great depth', withHeader(`{"__metadata__":{},"a":{"dtype":"U8","shape":[1],"data_offsets":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`, new Uint8Array(1))],
    ['another spacing', withHeader('{ "__metadata__": {} }')],
  ])('refuses %s', (_, given) => {
    expect(refusal(given)).toBe('MODEL_LOAD_FAILED')
  })

  it('refuses every truncation', () => {
    for (let length = 0; length < bytes.length; length++) expect(refusal(bytes.subarray(0, length))).toBe('MODEL_LOAD_FAILED')
  })

  it('gives back a file or MODEL_LOAD_FAILED, whatever bytes it is given', () => {
    const altered = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }).map((changes) => {
      const copy = Uint8Array.from(bytes)
      for (const [index, byte] of changes) copy[index] = byte
      return copy
    })
    fc.assert(fc.property(fc.oneof(altered, fc.uint8Array({ maxLength: 200 })), (given) => {
      expect(['accepted', 'MODEL_LOAD_FAILED']).toContain(refusal(given))
    }), { seed: 1, numRuns: 1_000 })
  })
})
