import type { TenantId } from '../domain/tenant.js'

export interface SecretKey {
  /** Short, URL-safe, without dots; names the key without giving it away. */
  readonly id: string
  /** 32 bytes. */
  readonly bytes: Uint8Array
}

/** What a key is for; a key for one purpose never serves another. */
export type KeyPurpose = 'prediction-id' | 'redaction' | 'erasure'

/** A tenant's secret keys, derived so that no tenant's key tells anything of another's. */
export interface KeyRing {
  current(tenantId: TenantId, purpose: KeyPurpose): Promise<SecretKey>
  /** A key of former times too, for reading what it signed; undefined when there is none of that id. */
  find(tenantId: TenantId, purpose: KeyPurpose, keyId: string): Promise<SecretKey | undefined>
}
