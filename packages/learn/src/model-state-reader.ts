import { ModelLoadError } from '@motadata/core'
import type { ModelState, Tensor } from './model-state.js'

interface Arrays {
  F32: Float32Array
  F64: Float64Array
  I32: Int32Array
  U32: Uint32Array
  U8: Uint8Array
}

/**
 * Reads a stored state that may be damaged or hostile: whatever is taken out has the type, the shape and the range that was asked
 * for. Everything else throws `MODEL_LOAD_FAILED`, saying what was expected and what came.
 */
export class ModelStateReader {
  readonly format: string
  readonly #state: ModelState

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is of another format or has no JSON or tensors */
  constructor(state: ModelState, format: string) {
    this.format = format
    this.#state = state
    if (!isRecord(state)) throw this.fail('a state', describe(state))
    if (state.format !== format) throw this.fail(`the format '${format}'`, describe(state.format))
    if (!isRecord(state.json)) throw this.fail('JSON', describe(state.json))
    if (!isRecord(state.tensors)) throw this.fail('tensors', describe(state.tensors))
  }

  /** The error for something that is not as it should be. */
  fail(expected: string, received: string): ModelLoadError {
    return new ModelLoadError(
      'MODEL_LOAD_FAILED',
      `Expected ${expected} in a ${this.format} state, got ${received}. The state is damaged or of another format; store it again.`,
      { details: { format: this.format, expected, received } },
    )
  }

  /** A property of the JSON that a check accepts. */
  json<Value>(name: string, expected: string, accepts: (value: unknown) => value is Value): Value {
    const value = Object.hasOwn(this.#state.json, name) ? this.#state.json[name] : undefined
    if (!accepts(value)) throw this.fail(`${expected} as '${name}'`, describe(value))
    return value
  }

  /** Different strings, at least `minimum` of them. */
  strings(name: string, minimum: number): readonly string[] {
    const strings = this.json(name, 'a list of strings', isStrings)
    if (strings.length < minimum) throw this.fail(`at least ${minimum} strings as '${name}'`, `${strings.length}`)
    if (new Set(strings).size !== strings.length) throw this.fail(`different strings as '${name}'`, 'repeated ones')
    return strings
  }

  /** A whole number in a range. */
  wholeNumber(name: string, minimum: number, maximum: number): number {
    return this.json(name, `a whole number from ${minimum} to ${maximum}`, (value): value is number =>
      typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum)
  }

  /** How wide the blocks of the matrices were that something was fitted on. */
  widths(): { readonly denseCount: number; readonly sparseCount: number } {
    return { denseCount: this.wholeNumber('denseCount', 0, 2 ** 32 - 1), sparseCount: this.wholeNumber('sparseCount', 0, 2 ** 32 - 1) }
  }

  /** The data of a tensor of that dtype and shape; −1 in the shape admits any length. Its numbers are finite. */
  tensor<Dtype extends Tensor['dtype']>(name: string, dtype: Dtype, shape: readonly number[]): Arrays[Dtype] {
    const wanted = `a ${dtype} tensor '${name}' of shape (${shape.map((size) => (size < 0 ? 'any' : size)).join(', ')})`
    const tensor = Object.hasOwn(this.#state.tensors, name) ? this.#state.tensors[name] : undefined
    if (!isRecord(tensor) || tensor.dtype !== dtype || !Array.isArray(tensor.shape)) throw this.fail(wanted, describe(tensor))
    const received = tensor.shape as readonly unknown[]
    const fitsAxis = (size: number, axis: number): boolean => isSize(received[axis]) && (size < 0 || size === received[axis])
    const fits = received.length === shape.length && shape.every(fitsAxis)
    const data = tensor.data
    const elements = (received as readonly number[]).reduce((product, size) => product * size, 1)
    if (!fits || !isArrayOf(dtype, data) || data.length !== elements) {
      throw this.fail(wanted, `${tensor.dtype} of shape (${received.slice(0, 8).map(String).join(', ')}) over ${describe(data)}`)
    }
    if (dtype === 'F32' || dtype === 'F64') {
      const index = firstNotFinite(dtype, data)
      if (index >= 0) throw this.fail(`finite numbers in '${name}'`, `${data[index]} at ${index}`)
    }
    return data as Arrays[Dtype]
  }
}

/**
 * Where the first number is that is not finite, or −1: one whose exponent has all bits set. Arrays of either width are looked at as the
 * same words, since a loop that meets several kinds of array is several times slower.
 */
function firstNotFinite(dtype: 'F32' | 'F64', { buffer, byteOffset, byteLength }: ArrayBufferView): number {
  const words = new Uint32Array(buffer, byteOffset, byteLength / 4)
  const [width, exponent] = dtype === 'F32' ? [1, 0x7f800000] : [2, 0x7ff00000]
  for (let word = width - 1; word < words.length; word += width) if ((words[word] & exponent) === exponent) return (word - width + 1) / width
  return -1
}

export const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean'

const arrayNames: Readonly<Record<Tensor['dtype'], string>> = {
  F32: 'Float32Array', F64: 'Float64Array', I32: 'Int32Array', U32: 'Uint32Array', U8: 'Uint8Array',
}

/** By name, not by `instanceof`: an array that came from a worker or out of a `vm` context has another class of the same name. */
function isArrayOf(dtype: Tensor['dtype'], data: unknown): data is Tensor['data'] {
  return ArrayBuffer.isView(data) && (data as Float32Array)[Symbol.toStringTag] === arrayNames[dtype]
}

const isSize = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0
const isStrings = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return `'${value.slice(0, 60)}'`
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${(value as Uint8Array).length}`
  return typeof value === 'object' ? (value === null ? 'null' : 'an object') : String(value)
}
