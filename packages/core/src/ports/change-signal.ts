import type { TenantId } from '../domain/tenant.js'

/** Something that other parts, and other processes, may hold a copy of has changed. */
export interface Change {
  readonly topic: 'model-alias' | 'model-archived' | 'api-key' | 'tenant' | 'feature-view'
  readonly tenantId: TenantId
  /** What changed: a model's name, an API key's id, a feature view's name. */
  readonly subject: string
}

/** Tells holders of copies to forget them. Delivery is prompt but not promised: copies also age. */
export interface ChangeSignal {
  publish(change: Change): Promise<void>
  /** @returns how to stop listening */
  subscribe(topic: Change['topic'], listener: (change: Change) => void): () => void
}
