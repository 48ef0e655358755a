import { type ChangeSignal, type Clock, type Entity, type FeatureService, type RegisteredFeatureView, type RequestContext, tenantKey, type TenantId } from '@motadata/core'
import type { FeaturePlan } from './feature-plan.js'
import type { FeatureRegistry } from './feature-registry.js'

/** A view with its entities, in its order. */
export interface KnownView {
  readonly view: RegisteredFeatureView
  readonly entities: readonly Entity[]
}

interface Kept<Value> {
  readonly value: Value
  readonly atMs: number
}

const maximumAgeMs = 5_000
const mostKept = 2_000

/** Definitions, remembered for a few seconds so that reading features asks no database, and forgotten at once on a change that is told. */
export class KnownViews {
  readonly #registry: FeatureRegistry
  readonly #clock: Clock
  readonly #views = new Map<string, Kept<KnownView>>()
  readonly #services = new Map<string, Kept<FeatureService>>()
  readonly #plans = new Map<string, Kept<FeaturePlan>>()

  constructor(options: { readonly registry: FeatureRegistry; readonly clock: Clock; readonly changes: ChangeSignal }) {
    this.#registry = options.registry
    this.#clock = options.clock
    options.changes.subscribe('feature-view', ({ tenantId }) => this.forget(tenantId))
  }

  /** @throws FeatureStoreError `FEATURE_VIEW_NOT_FOUND`, `ENTITY_NOT_FOUND` */
  async getView(context: RequestContext, name: string, version?: number): Promise<KnownView> {
    return this.#kept(this.#views, tenantKey(context.tenantId, name, version ?? 'newest'), async () => {
      const view = await this.#registry.getView(context, name, version)
      return { view, entities: await this.#registry.getEntities(context, view.definition.entities) }
    })
  }

  /** @throws FeatureStoreError `FEATURE_SERVICE_NOT_FOUND` */
  async getService(context: RequestContext, name: string): Promise<FeatureService> {
    return this.#kept(this.#services, tenantKey(context.tenantId, name), () => this.#registry.getService(context, name))
  }

  /** What was found out of a question that is asked again and again. @param question - All that the plan depends on. */
  getPlan(context: RequestContext, question: string, make: () => Promise<FeaturePlan>): Promise<FeaturePlan> {
    return this.#kept(this.#plans, `${tenantKey(context.tenantId)}/${question}`, make)
  }

  async #kept<Value>(map: Map<string, Kept<Value>>, key: string, read: () => Promise<Value>): Promise<Value> {
    const nowMs = this.#clock.nowMs()
    const kept = map.get(key)
    const ageMs = kept ? nowMs - kept.atMs : -1
    if (kept && ageMs >= 0 && ageMs < maximumAgeMs) return kept.value
    const value = await read()
    if (map.size >= mostKept) map.clear()
    map.set(key, { value, atMs: nowMs })
    return value
  }

  forget(tenantId: TenantId): void {
    const own = `${tenantKey(tenantId)}/`
    for (const map of [this.#views, this.#services, this.#plans]) {
      for (const key of map.keys()) if (key.startsWith(own)) map.delete(key)
    }
  }
}
