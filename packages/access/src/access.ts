import { AccessError, type Erasable, type Platform, type Principal, type RequestContext, type Role, roleSuffices, type TenantId } from '@motadata/core'
import { ApiKeys } from './api-keys.js'
import { AuditTrail } from './audit-trail.js'
import { bootstrap, type Bootstrapped, type BootstrapInput } from './bootstrap/bootstrap.js'
import { createAccessErasable } from './erasure/access-erasable.js'
import { KeyVerifier, type VerifiedKey } from './keys/key-verifier.js'
import { keyExpired, keyRevoked, keyUnknown, roleTooSmall, tenantSuspended } from './keys/refusals.js'
import { isKeyText } from './keys/key-text.js'
import { accessMigrations } from './migrations/access-migrations.js'
import { ApiKeyRepository } from './storage/api-key-repository.js'
import { AuditRepository } from './storage/audit-repository.js'
import { CredentialErasure } from './storage/credential-erasure.js'
import { TenantRepository } from './storage/tenant-repository.js'
import { TokenRepository } from './storage/token-repository.js'
import { type TenantMemory, Tenants } from './tenants.js'
import { Tokens } from './tokens.js'
import { checkIssuers, type CheckedIssuer, type OidcIssuer } from './tokens/oidc-issuer.js'
import { tokenRefused, tokenWithoutRole } from './tokens/token-refusals.js'
import { TokenVerifier, type VerifiedToken } from './tokens/token-verifier.js'

/** What of a platform this package stands on. */
export type AccessPlatform = Pick<Platform, 'database' | 'changes' | 'clock' | 'ids' | 'logger'>

export interface AccessOptions {
  /**
   * How long a key found good is believed without asking the database: 0 to 5,000 ms, default 5,000. It bounds how late another
   * process's revocation arrives.
   */
  readonly keyMaximumAgeMs?: number
  /** How many keys are remembered at most; default 10,000, some 4 MB. */
  readonly keyMaximumEntries?: number
  /** Identity providers whose tokens are taken beside API keys; default none. They are first asked for their keys when a token comes. */
  readonly oidc?: readonly OidcIssuer[]
}

export interface KeyRequest {
  readonly requestId: string
  /** What the caller must be: a role within a tenant (or one above it), or the operator. */
  readonly requiredAccess: Role
  /** Handed on to the context. */
  readonly deadlineMs?: number
  readonly signal?: AbortSignal
}

const keyAgeLimitMs = 5_000

interface CheckedOptions {
  readonly maximumAgeMs: number
  readonly maximumEntries: number
  readonly issuers: readonly CheckedIssuer[]
}

/**
 * Who may do what: tenants, their API keys, the tokens of their identity providers, and whose request this is.
 *
 * @example
 * const access = await Access.open(platform)
 * const first = await access.bootstrap()
 * const context = await access.authenticateKey(first.adminKey.key, { requestId: 'r1', requiredAccess: 'trainer' })
 */
export class Access {
  readonly tenants: Tenants
  readonly apiKeys: ApiKeys
  readonly tokens: Tokens
  readonly auditTrail: AuditTrail
  /** Erases a person from credentials, or a tenant's credentials. */
  readonly erasable: Erasable
  readonly #platform: AccessPlatform
  readonly #verifier: KeyVerifier
  /** Undefined where no issuer is known. */
  readonly #tokenVerifier: TokenVerifier | undefined
  readonly #tenantRepository: TenantRepository
  readonly #stopListening: readonly (() => void)[]

  private constructor(platform: AccessPlatform, { maximumAgeMs, maximumEntries, issuers }: CheckedOptions) {
    const { database, changes, clock, ids, logger } = platform
    const repository = new ApiKeyRepository({ database })
    const verifier = new KeyVerifier({ repository, clock, logger, maximumAgeMs, maximumEntries })
    const tokenRepository = new TokenRepository({ database })
    const tokenVerifier =
      issuers.length === 0 ? undefined : new TokenVerifier({ issuers, repository: tokenRepository, clock, logger, maximumAgeMs, maximumEntries })
    const memory: TenantMemory = {
      forgetTenant(tenantId) {
        verifier.forgetTenant(tenantId)
        tokenVerifier?.forgetTenant(tenantId)
      },
    }
    this.#platform = platform
    this.#verifier = verifier
    this.#tokenVerifier = tokenVerifier
    this.#tenantRepository = new TenantRepository({ database })
    this.apiKeys = new ApiKeys({ repository, verifier, changes, clock, ids, logger })
    this.tenants = new Tenants({ repository: this.#tenantRepository, memory, changes, clock, ids, logger })
    this.tokens = new Tokens({ repository: tokenRepository, memory, changes, clock, logger })
    this.auditTrail = new AuditTrail({ repository: new AuditRepository({ database }) })
    this.erasable = createAccessErasable({ credentials: new CredentialErasure({ database }), tenants: this.tenants, ids })
    this.#stopListening = [
      changes.subscribe('api-key', ({ tenantId, subject }) => verifier.forgetKey(tenantId, subject)),
      changes.subscribe('tenant', ({ tenantId }) => memory.forgetTenant(tenantId)),
    ]
  }

  /**
   * Brings the schema `access` to this version and listens for changes that other processes make.
   *
   * @throws AccessError `CONFIGURATION_INVALID`; MLError `MIGRATION_FAILED`
   */
  static async open(platform: AccessPlatform, options: AccessOptions = {}): Promise<Access> {
    const { keyMaximumAgeMs = keyAgeLimitMs, keyMaximumEntries = 10_000, oidc = [] } = options
    requireWholeNumber('keyMaximumAgeMs', keyMaximumAgeMs, 0, keyAgeLimitMs)
    requireWholeNumber('keyMaximumEntries', keyMaximumEntries, 1, 1_000_000)
    const issuers = checkIssuers(oidc)
    await platform.database.migrate(accessMigrations)
    return new Access(platform, { maximumAgeMs: keyMaximumAgeMs, maximumEntries: keyMaximumEntries, issuers })
  }

  /** Whether there is an issuer whose tokens are taken. */
  get takesTokens(): boolean {
    return this.#tokenVerifier !== undefined
  }

  /**
   * Whose request this is, by an API key or, where an issuer is known, a token of it. For one that was seen in the last seconds the answer
   * comes in some microseconds and without a promise; so this throws where the answer is no, unless it has to ask first.
   *
   * @param text - The credential as the caller sent it; may be anything.
   * @throws AccessError as {@link authenticateKey}; `PERMISSION_DENIED` for a token without a role that is known here; `ISSUER_UNAVAILABLE`
   * @example
   * const context = await access.recognise(text, { requestId: 'r1', requiredAccess: 'predictor' })
   */
  recognise(text: string, request: KeyRequest): RequestContext | Promise<RequestContext> {
    if (!this.#tokenVerifier || typeof text !== 'string' || isKeyText(text)) return this.#recogniseKey(text, request)
    const found = this.#tokenVerifier.verify(text)
    return found instanceof Promise ? found.then((token) => this.#admitToken(token, request)) : this.#admitToken(found, request)
  }

  /**
   * Whose request this is. Costs about a microsecond for a key that was seen in the last seconds, else one look into the database.
   *
   * @param text - The key as the caller sent it; may be anything.
   * @throws AccessError `UNAUTHENTICATED` for a key that is malformed, unknown, expired or revoked; `TENANT_SUSPENDED`;
   * `PERMISSION_DENIED` when its role does not suffice
   */
  async authenticateKey(text: string, request: KeyRequest): Promise<RequestContext> {
    return this.#recogniseKey(text, request)
  }

  #recogniseKey(text: string, request: KeyRequest): RequestContext | Promise<RequestContext> {
    const found = typeof text === 'string' ? this.#verifier.verify(text) : undefined
    return found instanceof Promise ? found.then((key) => this.#admit(key, request)) : this.#admit(found, request)
  }

  #admit(key: VerifiedKey | undefined, request: KeyRequest): RequestContext {
    if (!key) throw keyUnknown()
    if (key.revoked) throw keyRevoked()
    if (this.#platform.clock.nowMs() >= key.expiresAtMs) throw keyExpired(key.expiresAtMs)
    if (key.tenantSuspended) throw tenantSuspended(key.tenantId)
    return contextOf(key.tenantId, key.principal, request)
  }

  #admitToken(token: VerifiedToken | undefined, request: KeyRequest): RequestContext {
    if (!token) throw tokenRefused()
    if (token.tenantSuspended) throw tenantSuspended(token.tenantId)
    if (!token.principal) throw tokenWithoutRole()
    return contextOf(token.tenantId, token.principal, request)
  }

  /**
   * For the first start: when there is no tenant at all, makes one with an admin key, and an operator key. Of processes that start at
   * once, one gets them.
   *
   * @returns The keys, this once; undefined when there is a tenant already.
   * @throws AccessError `INPUT_INVALID`, `TENANT_EXISTS`; MLError `TENANT_ID_INVALID`
   */
  async bootstrap(input?: BootstrapInput): Promise<Bootstrapped | undefined> {
    const { clock, ids, logger } = this.#platform
    return bootstrap(input, { repository: this.#tenantRepository, clock, ids, logger })
  }

  /** Stops listening for changes. The platform stays open. */
  close(): void {
    for (const stop of this.#stopListening) stop()
  }
}

/** @throws AccessError `PERMISSION_DENIED` */
function contextOf(tenantId: TenantId, principal: Principal, { requestId, requiredAccess, deadlineMs, signal }: KeyRequest): RequestContext {
  if (!roleSuffices(principal.role, requiredAccess)) throw roleTooSmall(principal.role, requiredAccess)
  const context: RequestContext = { tenantId, requestId, principal }
  if (deadlineMs === undefined && !signal) return context
  return { ...context, ...(deadlineMs !== undefined && { deadlineMs }), ...(signal && { signal }) }
}

function requireWholeNumber(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  const [expected, received] = [`a whole number, ${least} to ${most}`, String(value)]
  throw new AccessError('CONFIGURATION_INVALID', `Expected ${name} to be ${expected}, got ${received}.`, {
    details: { setting: name, expected, received },
  })
}
