import type { Column, ColumnKind } from '@motadata/core'

/** Collects a column's values piece by piece. */
export interface ColumnBuilder {
  append(values: readonly unknown[]): void
  build(): Column
}

/** A builder for a column of a kind: numbers, texts and booleans as the engine gives them, instants as epoch milliseconds, null where missing. */
export function createColumnBuilder(kind: ColumnKind): ColumnBuilder {
  switch (kind) {
    case 'number':
    case 'instant': {
      const numbers = new GrowingArray((length) => new Float64Array(length))
      return {
        append: (values) => numbers.append(values, (value) => (value === null ? Number.NaN : Number(value))),
        build: () => ({ kind, values: numbers.take() }),
      }
    }
    case 'boolean': {
      const flags = new GrowingArray((length) => new Uint8Array(length))
      return {
        append: (values) => flags.append(values, (value) => (value === null ? 2 : value === true ? 1 : 0)),
        build: () => ({ kind, values: flags.take() }),
      }
    }
    case 'category': {
      const codeOf = new Map<string, number>()
      const codes = new GrowingArray((length) => new Int32Array(length))
      const encode = (value: unknown): number => {
        if (value === null) return -1
        const text = String(value)
        const code = codeOf.get(text) ?? codeOf.size
        if (code === codeOf.size) codeOf.set(text, code)
        return code
      }
      return { append: (values) => codes.append(values, encode), build: () => ({ kind, codes: codes.take(), categories: [...codeOf.keys()] }) }
    }
    case 'text': {
      const texts: (string | null)[] = []
      return {
        append(values) {
          for (const value of values) texts.push(value === null ? null : String(value))
        },
        build: () => ({ kind, values: texts }),
      }
    }
  }
}

/** A typed array that doubles when it is full. */
class GrowingArray<Values extends Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>> {
  readonly #create: (length: number) => Values
  #values: Values
  #length = 0

  constructor(create: (length: number) => Values) {
    this.#create = create
    this.#values = create(2_048)
  }

  append(values: readonly unknown[], convert: (value: unknown) => number): void {
    const needed = this.#length + values.length
    if (needed > this.#values.length) {
      const larger = this.#create(Math.max(needed, this.#values.length * 2))
      larger.set(this.#values)
      this.#values = larger
    }
    for (let at = 0; at < values.length; at++) this.#values[this.#length + at] = convert(values[at])
    this.#length = needed
  }

  take(): Values {
    return this.#values.slice(0, this.#length) as Values
  }
}
