import { MLFrameworkError, type TenantId } from '@motadata/core'
import type { FrameworkTelemetry } from '../telemetry/framework-telemetry.js'

/** A part that several models hold together, such as a vocabulary that many tenants' models are built on. */
export interface SharedPart {
  /** The same for the same part: its hash. */
  readonly id: string
  readonly sizeBytes: number
}

/** What takes memory: its own bytes, and parts that others may hold too. */
export interface Sized {
  /** Without its shared parts. */
  readonly sizeBytes: number
  readonly sharedParts?: readonly SharedPart[]
}

interface Resident<Model> {
  readonly tenantId: TenantId
  readonly model: Model
  readonly sizeBytes: number
}

interface Tenant {
  usedBytes: number
  modelCount: number
}

export interface ModelMemoryOptions {
  readonly budgetBytes: number
  /** No tenant's models take more; default the whole budget. */
  readonly tenantBudgetBytes?: number
  readonly telemetry: FrameworkTelemetry
}

/**
 * Models in memory up to a budget of measured bytes, and of each tenant up to its own. To make room, the least recently used model of the
 * tenant leaves that holds the most above its share, a tenant's part of the budget were all alike; where none holds several models above
 * its share, the least recently used of all. So one tenant's many models do not push out another's only one.
 *
 * A part that models share is counted once, to the process and to no tenant, from the first model that holds it to the last. Who holds a
 * model that leaves goes on with it: it is given back when the last of them lets go.
 */
export class ModelMemory<Model extends Sized> {
  readonly budgetBytes: number
  readonly tenantBudgetBytes: number
  readonly #telemetry: FrameworkTelemetry
  /** Least recently used first: a Map keeps the order of insertion. */
  readonly #residents = new Map<string, Resident<Model>>()
  readonly #tenants = new Map<TenantId, Tenant>()
  readonly #shared = new Map<string, { readonly sizeBytes: number; holders: number }>()
  /** Of the most recently used, which needs no move when it is asked for again. */
  #newest: string | undefined
  #usedBytes = 0

  constructor(options: ModelMemoryOptions) {
    this.budgetBytes = options.budgetBytes
    this.tenantBudgetBytes = Math.min(options.budgetBytes, options.tenantBudgetBytes ?? options.budgetBytes)
    this.#telemetry = options.telemetry
  }

  get usedBytes(): number {
    return this.#usedBytes
  }

  /** Bytes of a tenant's models, without what they share with others. */
  usedBytesOf(tenantId: TenantId): number {
    return this.#tenants.get(tenantId)?.usedBytes ?? 0
  }

  get(key: string): Model | undefined {
    const resident = this.#residents.get(key)
    if (!resident) return undefined
    if (key !== this.#newest) {
      this.#residents.delete(key)
      this.#residents.set(key, resident)
      this.#newest = key
    }
    return resident.model
  }

  /** A tenant's keys with the bytes of each, least recently used first. */
  entries(tenantId: TenantId): readonly (readonly [key: string, sizeBytes: number])[] {
    return [...this.#residents].filter(([, resident]) => resident.tenantId === tenantId).map(([key, { sizeBytes }]) => [key, sizeBytes])
  }

  /** @throws MLFrameworkError `MODEL_TOO_LARGE` when the model alone exceeds the budget, or its tenant's */
  add(tenantId: TenantId, key: string, model: Model): void {
    const sizeBytes = model.sizeBytes
    this.checkFits(sizeBytes, model.sharedParts)
    this.remove(key)
    while (this.usedBytesOf(tenantId) + sizeBytes > this.tenantBudgetBytes) this.#evict(this.#oldestOf(tenantId))
    this.#hold(model.sharedParts)
    while (this.#usedBytes + sizeBytes > this.budgetBytes && this.#residents.size > 0) {
      const heaviest = this.#heaviestAboveShare(tenantId)
      this.#evict(heaviest === undefined ? this.#oldest() : this.#oldestOf(heaviest))
    }
    this.#residents.set(key, { tenantId, model, sizeBytes })
    this.#newest = key
    this.#charge(tenantId, sizeBytes, 1)
  }

  /** @returns whether it was there */
  remove(key: string): boolean {
    const resident = this.#residents.get(key)
    if (!resident) return false
    this.#residents.delete(key)
    this.#charge(resident.tenantId, -resident.sizeBytes, -1)
    this.#letGo(resident.model.sharedParts)
    return true
  }

  clear(): void {
    for (const key of [...this.#residents.keys()]) this.remove(key)
  }

  /** @throws MLFrameworkError `MODEL_TOO_LARGE` */
  checkFits(sizeBytes: number, sharedParts: readonly SharedPart[] = []): void {
    const whole = sizeBytes + sharedParts.reduce((sum, part) => sum + part.sizeBytes, 0)
    const [budgetBytes, whose] = sizeBytes > this.tenantBudgetBytes ? [this.tenantBudgetBytes, "the tenant's memory budget"] : [this.budgetBytes, 'the memory budget']
    if (whole <= this.budgetBytes && sizeBytes <= this.tenantBudgetBytes) return
    throw new MLFrameworkError(
      'MODEL_TOO_LARGE',
      `Expected a model of at most ${budgetBytes} bytes, ${whose}, got one of ${whole}. Raise the budget, or train a smaller model.`,
      { details: { budgetBytes, sizeBytes: whole } },
    )
  }

  /** The tenant with the most bytes among those that hold several models and more than their share; the newcomer counts as one. */
  #heaviestAboveShare(newcomer: TenantId): TenantId | undefined {
    const tenantCount = this.#tenants.size + (this.#tenants.has(newcomer) ? 0 : 1)
    let most = this.budgetBytes / tenantCount
    let heaviest: TenantId | undefined
    for (const [tenantId, { usedBytes, modelCount }] of this.#tenants) {
      if (modelCount < 2 || usedBytes <= most) continue
      most = usedBytes
      heaviest = tenantId
    }
    return heaviest
  }

  #oldest(): string {
    return this.#residents.keys().next().value!
  }

  #oldestOf(tenantId: TenantId): string {
    for (const [key, resident] of this.#residents) if (resident.tenantId === tenantId) return key
    throw new Error('Expected a model of the tenant in memory, got none.')
  }

  #evict(key: string): void {
    this.remove(key)
    this.#telemetry.modelEvictions.add(1)
  }

  #hold(parts: readonly SharedPart[] = []): void {
    for (const { id, sizeBytes } of parts) {
      const held = this.#shared.get(id)
      if (held) held.holders++
      else {
        this.#shared.set(id, { sizeBytes, holders: 1 })
        this.#grow(sizeBytes)
      }
    }
  }

  #letGo(parts: readonly SharedPart[] = []): void {
    for (const { id } of parts) {
      const held = this.#shared.get(id)
      if (!held || --held.holders > 0) continue
      this.#shared.delete(id)
      this.#grow(-held.sizeBytes)
    }
  }

  #charge(tenantId: TenantId, bytes: number, models: number): void {
    const tenant = this.#tenants.get(tenantId) ?? { usedBytes: 0, modelCount: 0 }
    tenant.usedBytes += bytes
    tenant.modelCount += models
    if (tenant.modelCount === 0) this.#tenants.delete(tenantId)
    else this.#tenants.set(tenantId, tenant)
    this.#grow(bytes)
  }

  #grow(bytes: number): void {
    this.#usedBytes += bytes
    this.#telemetry.residentBytes.add(bytes)
  }
}
