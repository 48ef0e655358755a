import { createHash, hkdfSync } from 'node:crypto'
import { type KeyPurpose, type KeyRing, type SecretKey, type TenantId, PlatformError } from '@motadata/core'

const salt = 'motadata-ml/key-ring/1'

/**
 * Keys derived from master keys, one for each tenant and purpose, so that nothing but the master keys needs keeping and no
 * tenant's key tells anything of another's.
 *
 * @see RFC 5869 (HKDF), here with SHA-256.
 */
export class DerivedKeyRing implements KeyRing {
  readonly #masterKeys: readonly Uint8Array[]

  /**
   * @param options.masterKeys - 32 random bytes each, the current one first, then those of former times.
   * @throws MLError `CONFIGURATION_INVALID`
   */
  constructor(options: { readonly masterKeys: readonly Uint8Array[] }) {
    if (options.masterKeys.length === 0 || options.masterKeys.some((key) => key.byteLength !== 32)) {
      throw new PlatformError('CONFIGURATION_INVALID', 'Expected one or more master keys of 32 bytes each, got none or one of another length.')
    }
    this.#masterKeys = options.masterKeys.map((key) => Uint8Array.from(key))
  }

  async current(tenantId: TenantId, purpose: KeyPurpose): Promise<SecretKey> {
    return Promise.resolve(derive(this.#masterKeys[0]!, tenantId, purpose))
  }

  async find(tenantId: TenantId, purpose: KeyPurpose, keyId: string): Promise<SecretKey | undefined> {
    for (const masterKey of this.#masterKeys) {
      const key = derive(masterKey, tenantId, purpose)
      if (key.id === keyId) return Promise.resolve(key)
    }
    return Promise.resolve(undefined)
  }
}

function derive(masterKey: Uint8Array, tenantId: TenantId, purpose: KeyPurpose): SecretKey {
  const bytes = new Uint8Array(hkdfSync('sha256', masterKey, salt, `${purpose}\0${tenantId}`, 32))
  return { id: createHash('sha256').update('key-id\0').update(bytes).digest('base64url').slice(0, 8), bytes }
}
