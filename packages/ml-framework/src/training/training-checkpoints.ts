import { isMLError } from '@motadata/core'
import type { ModelState, Tensor } from '@motadata/learn'
import { parseBoundedJson } from '../artifact/parse-bounded-json.js'
import { isRecord } from '../processing/nested-state.js'
import { decodeSafetensors, encodeSafetensors } from '../artifact/safetensors.js'

/** Told a finished step of a training by name, with bytes from which it can be gone on from. */
export type KeepCheckpoint = (step: string, bytes: Uint8Array) => void

/**
 * The steps of a training that ended before its process did. Each step is a pure function of rows, spec and the steps before it, so
 * what is read back is what would be worked out again: a training that was killed anywhere ends with the same bytes.
 */
export class TrainingCheckpoints {
  readonly #known: ReadonlyMap<string, Uint8Array>
  readonly #keep: KeepCheckpoint | undefined

  /**
   * @param known - Steps of an earlier run, by name.
   * @param keep - Absent where nobody keeps them: then nothing is encoded either.
   */
  constructor(known: ReadonlyMap<string, Uint8Array> = new Map(), keep?: KeepCheckpoint) {
    this.#known = known
    this.#keep = keep
  }

  /** A step's result: that of an earlier run, else worked out and kept. */
  step<Result>(
    name: string, work: () => Result, form: { readonly toState: (result: Result) => ModelState; readonly load: (state: ModelState) => Result },
  ): Result {
    const earlier = this.#read(name, form.load)
    if (earlier !== undefined) return earlier
    const result = work()
    this.#keep?.(name, encodeState(form.toState(result)))
    return result
  }

  /** A step's last state of an earlier run, for work that keeps several. */
  find<Result>(name: string, load: (state: ModelState) => Result): Result | undefined {
    return this.#read(name, load)
  }

  keep(name: string, state: () => ModelState): void {
    this.#keep?.(name, encodeState(state()))
  }

  /** A checkpoint that can't be read is as good as none. */
  #read<Result>(name: string, load: (state: ModelState) => Result): Result | undefined {
    const bytes = this.#known.get(name)
    if (!bytes) return undefined
    try {
      return load(decodeState(bytes))
    } catch (error) {
      if (isMLError(error)) return undefined
      throw error
    }
  }
}

/** A state as bytes. */
function encodeState({ format, json, tensors }: ModelState): Uint8Array {
  const metadata = new Map([['format', format], ['json', JSON.stringify(json)]])
  return encodeSafetensors({ metadata, tensors: new Map<string, Tensor>(Object.entries(tensors)) })
}

function decodeState(bytes: Uint8Array): ModelState {
  const { metadata, tensors } = decodeSafetensors(bytes)
  const json = parseBoundedJson('json', metadata.get('json') ?? '')
  return { format: metadata.get('format') ?? '', json: isRecord(json) ? json : {}, tensors: Object.fromEntries(tensors) }
}

/** How a row of numbers is kept. */
export const numbersForm = {
  toState: (data: Float64Array): ModelState => ({ format: 'numbers/1', json: {}, tensors: { values: { dtype: 'F64', shape: [data.length], data } } }),
  load: (state: ModelState): Float64Array => state.tensors['values']?.data as Float64Array,
}
