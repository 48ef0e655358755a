import { type ChangeSignal, type Clock, type Logger, type RequestContext, roleSuffices } from '@motadata/core'
import { entryOf } from './audit/audit-event.js'
import { describe, inputInvalid } from './input/input-invalid.js'
import { roleTooSmall } from './keys/refusals.js'
import type { TokenRevocationRow } from './storage/access-tables.js'
import type { TokenRepository } from './storage/token-repository.js'
import type { TenantMemory } from './tenants.js'
import { lifetimeLimitMs } from './tokens/oidc-issuer.js'
import { identifierMaximumLength, isIdentifier } from './tokens/read-claims.js'

export interface TokensOptions {
  readonly repository: TokenRepository
  readonly memory: TenantMemory
  readonly changes: ChangeSignal
  readonly clock: Clock
  readonly logger: Logger
}

/** Clocks of issuers may be off. */
const forgetAfterMs = 2 * lifetimeLimitMs

/**
 * An end to tokens of identity providers before their time. They are made and stored elsewhere; what is kept here is which are refused.
 */
export class Tokens {
  readonly #options: TokensOptions

  constructor(options: TokensOptions) {
    this.#options = options
  }

  /**
   * Refuses every token that any issuer has given this subject (`sub`) so far, in the context's tenant: at once in this process, within five seconds
   * in others. Tokens that it gets from now on are taken.
   *
   * @throws AccessError `PERMISSION_DENIED` below the role admin; `INPUT_INVALID`
   * @example
   * await access.tokens.revokeSubject(context, 'user-4711')
   */
  async revokeSubject(context: RequestContext, subject: string): Promise<void> {
    await this.#revoke(context, 'subject', 'subject', subject)
  }

  /**
   * Refuses the token of this id (`jti`), likewise.
   *
   * @throws AccessError `PERMISSION_DENIED` below the role admin; `INPUT_INVALID`
   */
  async revokeToken(context: RequestContext, tokenId: string): Promise<void> {
    await this.#revoke(context, 'token', 'tokenId', tokenId)
  }

  async #revoke(context: RequestContext, kind: TokenRevocationRow['kind'], field: string, value: unknown): Promise<void> {
    const { tenantId, principal, requestId } = context
    if (!roleSuffices(principal.role, 'admin')) throw roleTooSmall(principal.role, 'admin')
    if (!isIdentifier(value)) {
      throw inputInvalid(field, `text of 1 to ${identifierMaximumLength} characters without control characters`, describe(value))
    }
    const { repository, memory, changes, clock, logger } = this.#options
    const nowMs = clock.nowMs()
    await repository.revoke({ tenant_id: tenantId, kind, value, revoked_at: new Date(nowMs) }, new Date(nowMs - forgetAfterMs), entryOf(context, { occurredAt: new Date(nowMs), action: 'tokens.revoked', subject: value, details: { kind } }))
    memory.forgetTenant(tenantId)
    try {
      await changes.publish({ topic: 'tenant', tenantId, subject: tenantId })
    } catch (error) {
      logger.warn({ tenantId, error }, 'the revocation of tokens could not be signalled; other processes notice within seconds')
    }
    logger.info({ requestId, tenantId, by: principal.id, kind }, 'tokens revoked')
  }
}
