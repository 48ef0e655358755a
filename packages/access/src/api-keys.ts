import {
  AccessError, type ChangeSignal, type Clock, type IdSource, type Logger, type RequestContext, type Role, roleSuffices, roles,
  type TenantId,
} from '@motadata/core'
import { entryOf } from './audit/audit-event.js'
import { checkInput } from './input/check-input.js'
import { checkName } from './input/check-name.js'
import { checkPage, cutPage, type PageRequest } from './input/check-page.js'
import { checkExpiry, checkGracePeriodMs } from './input/check-time.js'
import { describe, inputInvalid } from './input/input-invalid.js'
import type { ApiKey, IssuedApiKey } from './keys/api-key.js'
import { issueKey, toApiKey } from './keys/issue-key.js'
import { createKeyText, digestKeyText, isKeyId } from './keys/key-text.js'
import type { KeyVerifier } from './keys/key-verifier.js'
import { platformTenantId } from './keys/platform-tenant.js'
import { tenantNotFound } from './keys/refusals.js'
import type { ApiKeyRepository } from './storage/api-key-repository.js'
import type { ApiKeyRow } from './storage/access-tables.js'

export interface CreateApiKeyInput {
  /** 1 to 100 characters. */
  readonly name: string
  /** At most the creator's own. */
  readonly role: Role
  /** Lies ahead; without it the key does not expire. */
  readonly expiresAt?: Date
}

export interface RotateApiKeyInput {
  /** For how long the secret of now stays good beside the new one; 0 to 30 days in milliseconds, default 0: it ends at once. */
  readonly gracePeriodMs?: number
  /** The key's new end; without it the end stays what it was. */
  readonly expiresAt?: Date
}

export interface ApiKeyPage {
  readonly apiKeys: readonly ApiKey[]
  readonly nextPageToken?: string
}

export interface ApiKeysOptions {
  readonly repository: ApiKeyRepository
  readonly verifier: KeyVerifier
  readonly changes: ChangeSignal
  readonly clock: Clock
  readonly ids: IdSource
  readonly logger: Logger
}

/**
 * The API keys of the context's tenant; with the platform's context, those of the operators.
 *
 * Another tenant's key is not found here, exactly like one that never was.
 */
export class ApiKeys {
  readonly #options: ApiKeysOptions

  constructor(options: ApiKeysOptions) {
    this.#options = options
  }

  /**
   * Makes a key.
   *
   * @returns The key with its text, shown this once.
   * @throws AccessError `INPUT_INVALID`; `PERMISSION_DENIED` for a role above the creator's; `UNAUTHENTICATED` for a creator whose key has
   * just been revoked; `TENANT_NOT_FOUND`
   * @example
   * const { key } = await access.apiKeys.create(context, { name: 'service desk', role: 'predictor' })
   */
  async create(context: RequestContext, input: CreateApiKeyInput): Promise<IssuedApiKey> {
    const { name, role, expiresAt } = checkInput(input, 'input')
    const nowMs = this.#options.clock.nowMs()
    const expiry = checkExpiry(expiresAt, nowMs)
    const checked = { name: checkName(name), role: checkRole(role, context.tenantId), ...(expiry && { expiresAt: expiry }) }
    requireRoleUpTo(context, checked.role)
    const { row, issued } = issueKey({ ...checked, tenantId: context.tenantId, id: this.#options.ids.next(), createdAt: new Date(nowMs) })
    const inserted = await this.#options.repository.insert(row, actingKeyId(context), (acting) => requireActing(context, acting), entryOf(context, {
      occurredAt: row.created_at, action: 'api-key.created', subject: row.id, details: { name: row.name, role: row.role },
    }))
    if (!inserted) throw tenantNotFound(context.tenantId)
    this.#log(context, row, 'API key created')
    return issued
  }

  /** @throws AccessError `API_KEY_NOT_FOUND` */
  async get(context: RequestContext, keyId: string): Promise<ApiKey> {
    const row = isKeyId(keyId) ? await this.#options.repository.find(context.tenantId, keyId) : undefined
    if (!row) throw apiKeyNotFound()
    return toApiKey(row)
  }

  /**
   * The keys, newest first, also the expired and the revoked ones.
   *
   * @throws AccessError `INPUT_INVALID`
   */
  async list(context: RequestContext, page?: PageRequest): Promise<ApiKeyPage> {
    const { limit, after } = checkPage(page)
    const rows = await this.#options.repository.list(context.tenantId, limit + 1, after)
    const { page: shown, nextPageToken } = cutPage(rows, limit, (row) => row.id)
    return { apiKeys: shown.map(toApiKey), ...(nextPageToken !== undefined && { nextPageToken }) }
  }

  /**
   * Gives a key a new secret. The one before ends at once, or stays good for the grace period, though never beyond the key's former
   * end; the one before that ends in any case.
   *
   * @returns The key with its new text, shown this once.
   * @throws AccessError `API_KEY_NOT_FOUND`; `PERMISSION_DENIED` for a key with a role above the caller's; `INPUT_INVALID`, also for
   * a key that is revoked, or that has expired and gets no new end
   */
  async rotate(context: RequestContext, keyId: string, input?: RotateApiKeyInput): Promise<IssuedApiKey> {
    const { gracePeriodMs, expiresAt } = checkInput(input, 'input')
    const nowMs = this.#options.clock.nowMs()
    const graceMs = checkGracePeriodMs(gracePeriodMs)
    const newExpiry = checkExpiry(expiresAt, nowMs)
    if (!isKeyId(keyId)) throw apiKeyNotFound()
    const { text, prefix } = createKeyText({ tenantId: context.tenantId, keyId })
    const row = await this.#options.repository.change(context.tenantId, keyId, actingKeyId(context), (key, acting) => {
      if (!key) throw apiKeyNotFound()
      requireActing(context, acting)
      requireRoleUpTo(context, key.role)
      if (key.revoked_at) throw inputInvalid('keyId', 'a key that is not revoked; create a new one instead', 'a revoked one')
      if (!newExpiry && key.expires_at && key.expires_at.getTime() <= nowMs) {
        throw inputInvalid('expiresAt', 'a new end, since this key has expired', 'nothing')
      }
      const formerEndMs = Math.min(nowMs + graceMs, key.expires_at?.getTime() ?? Infinity)
      const hasGrace = formerEndMs > nowMs
      return {
        secret_hash: digestKeyText(text),
        prefix,
        rotated_at: new Date(nowMs),
        previous_secret_hash: hasGrace ? key.secret_hash : null,
        previous_secret_expires_at: hasGrace ? new Date(formerEndMs) : null,
        ...(newExpiry && { expires_at: newExpiry }),
      }
    }, entryOf(context, { occurredAt: new Date(nowMs), action: 'api-key.rotated', subject: keyId, details: {} }))
    await this.#announce(row)
    this.#log(context, row, 'API key rotated')
    return { ...toApiKey(row), key: text }
  }

  /**
   * Ends a key: at once in this process, within five seconds in others. Revoking it again changes nothing.
   *
   * @throws AccessError `API_KEY_NOT_FOUND`; `PERMISSION_DENIED` for a key with a role above the caller's; `INPUT_INVALID` for the key
   * that makes this very request, since a tenant whose last admin key is gone is locked out: rotate it, or revoke it with another
   */
  async revoke(context: RequestContext, keyId: string): Promise<ApiKey> {
    const acting = actingKeyId(context)
    if (!isKeyId(keyId)) throw apiKeyNotFound()
    if (keyId === acting) {
      const expected = 'another key than the one that makes this request; rotate this one, or revoke it with another'
      throw inputInvalid('keyId', expected, 'the same')
    }
    const now = new Date(this.#options.clock.nowMs())
    const row = await this.#options.repository.change(context.tenantId, keyId, acting, (key, actingKey) => {
      if (!key) throw apiKeyNotFound()
      requireActing(context, actingKey)
      requireRoleUpTo(context, key.role)
      return { revoked_at: key.revoked_at ?? now }
    }, entryOf(context, { occurredAt: now, action: 'api-key.revoked', subject: keyId, details: {} }))
    await this.#announce(row)
    this.#log(context, row, 'API key revoked')
    return toApiKey(row)
  }

  /** Here at once; elsewhere as soon as the signal arrives, and by age at the latest. A lost signal undoes nothing. */
  async #announce(row: ApiKeyRow): Promise<void> {
    this.#options.verifier.forgetKey(row.tenant_id, row.id)
    try {
      await this.#options.changes.publish({ topic: 'api-key', tenantId: row.tenant_id, subject: row.id })
    } catch (error) {
      const fields = { tenantId: row.tenant_id, keyId: row.id, error }
      this.#options.logger.warn(fields, 'the change of an API key could not be signalled; other processes notice within seconds')
    }
  }

  #log(context: RequestContext, row: ApiKeyRow, message: string): void {
    const { requestId, principal, tenantId } = context
    this.#options.logger.info({ requestId, tenantId, by: principal.id, keyId: row.id, role: row.role }, message)
  }
}

function checkRole(value: unknown, tenantId: TenantId): Role {
  const allowed: readonly Role[] = tenantId === platformTenantId ? ['operator'] : roles
  const role = allowed.find((one) => one === value)
  if (role) return role
  throw inputInvalid('role', allowed.join(', ').replace(/, (?=\w+$)/, ' or '), describe(value))
}

/** Nobody gives away more than they hold. The platform itself (its library, with its own context) may make any key. */
function requireRoleUpTo(context: RequestContext, role: Role): void {
  const { kind, role: held } = context.principal
  if (kind === 'platform' || roleSuffices(held, role)) return
  const message = `Expected a role up to the caller's own, '${held}', got '${role}'. Ask someone who holds that role.`
  throw new AccessError('PERMISSION_DENIED', message, { details: { field: 'role', held, required: role } })
}

function actingKeyId(context: RequestContext): string | undefined {
  return context.principal.kind === 'api-key' ? context.principal.id : undefined
}

/** The key that asks may have been revoked since it was remembered as good: then it makes no other to go on with. */
function requireActing(context: RequestContext, acting: ApiKeyRow | undefined): void {
  if (context.principal.kind === 'api-key' && acting?.revoked_at) {
    throw new AccessError('UNAUTHENTICATED', 'Expected a key that is in force, got one that has just been revoked.')
  }
}

function apiKeyNotFound(): AccessError {
  return new AccessError('API_KEY_NOT_FOUND', 'Expected the id of one of your API keys, got another. Listing them shows which there are.')
}
