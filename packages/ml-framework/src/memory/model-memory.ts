import { MLFrameworkError } from '@motadata/core'
import type { LoadedModel } from '../artifact/loaded-model.js'
import type { FrameworkTelemetry } from '../telemetry/framework-telemetry.js'

interface Resident {
  readonly model: LoadedModel
  readonly sizeBytes: number
}

/**
 * Models in memory up to a budget of measured bytes; the least recently used leave first. Who holds a model that leaves goes on with
 * it: it is given back when the last of them lets go.
 */
export class ModelMemory {
  readonly budgetBytes: number
  readonly #telemetry: FrameworkTelemetry
  /** Least recently used first: a Map keeps the order of insertion. */
  readonly #residents = new Map<string, Resident>()
  /** Of the most recently used, which needs no move when it is asked for again. */
  #newest: string | undefined
  #usedBytes = 0

  constructor(options: { readonly budgetBytes: number; readonly telemetry: FrameworkTelemetry }) {
    this.budgetBytes = options.budgetBytes
    this.#telemetry = options.telemetry
  }

  get usedBytes(): number {
    return this.#usedBytes
  }

  get(key: string): LoadedModel | undefined {
    const resident = this.#residents.get(key)
    if (!resident) return undefined
    if (key !== this.#newest) {
      this.#residents.delete(key)
      this.#residents.set(key, resident)
      this.#newest = key
    }
    return resident.model
  }

  /** Keys with the bytes of each, least recently used first. */
  entries(): readonly (readonly [key: string, sizeBytes: number])[] {
    return [...this.#residents].map(([key, { sizeBytes }]) => [key, sizeBytes])
  }

  /** @throws MLFrameworkError `MODEL_TOO_LARGE` when the model alone exceeds the budget */
  add(key: string, model: LoadedModel): void {
    const sizeBytes = model.sizeBytes
    this.checkFits(sizeBytes)
    this.remove(key)
    for (const [oldest] of this.#residents) {
      if (this.#usedBytes + sizeBytes <= this.budgetBytes) break
      this.remove(oldest)
      this.#telemetry.modelEvictions.add(1)
    }
    this.#residents.set(key, { model, sizeBytes })
    this.#newest = key
    this.#grow(sizeBytes)
  }

  /** @returns whether it was there */
  remove(key: string): boolean {
    const resident = this.#residents.get(key)
    if (!resident) return false
    this.#residents.delete(key)
    this.#grow(-resident.sizeBytes)
    return true
  }

  clear(): void {
    for (const key of [...this.#residents.keys()]) this.remove(key)
  }

  /** @throws MLFrameworkError `MODEL_TOO_LARGE` */
  checkFits(sizeBytes: number): void {
    if (sizeBytes <= this.budgetBytes) return
    throw new MLFrameworkError(
      'MODEL_TOO_LARGE',
      `Expected a model of at most ${this.budgetBytes} bytes, the memory budget, got one of ${sizeBytes}. ` +
        'Raise the budget, or train a smaller model.',
      { details: { budgetBytes: this.budgetBytes, sizeBytes } },
    )
  }

  #grow(bytes: number): void {
    this.#usedBytes += bytes
    this.#telemetry.residentBytes.add(bytes)
  }
}
