import { MLError } from '../errors/ml-error.js'
import type { Role } from './role.js'
import type { TenantId } from './tenant.js'

/** Who acts: the holder of an API key or of an identity provider's token, or the platform itself on a tenant's behalf (a job, the library used directly). */
export interface Principal {
  readonly kind: 'api-key' | 'token' | 'platform'
  readonly id: string
  readonly role: Role
}

/** The first argument of everything that does I/O: for whom, on whose behalf, until when. */
export interface RequestContext {
  readonly tenantId: TenantId
  readonly requestId: string
  readonly principal: Principal
  /** Epoch milliseconds after which the answer is of no use; none when undefined. */
  readonly deadlineMs?: number
  readonly signal?: AbortSignal
}

const platformPrincipal: Principal = { kind: 'platform', id: 'platform', role: 'admin' }

/**
 * A context for work that no request asked for: a job, a script, the library used by itself.
 *
 * @example
 * platformContext(parseTenantId('acme'), ids.next()).principal.kind // => 'platform'
 */
export function platformContext(tenantId: TenantId, requestId: string, signal?: AbortSignal): RequestContext {
  return { tenantId, requestId, principal: platformPrincipal, ...(signal ? { signal } : {}) }
}

/**
 * Stops work whose caller has gone or whose deadline has passed; called between steps of anything long.
 *
 * @throws MLError `CANCELLED`, `DEADLINE_EXCEEDED`
 */
export function throwIfEnded(context: RequestContext, nowMs: number): void {
  if (context.signal?.aborted) throw new MLError('CANCELLED', 'The caller cancelled this request; nothing further was done.')
  if (context.deadlineMs !== undefined && nowMs > context.deadlineMs) {
    throw new MLError('DEADLINE_EXCEEDED', `The deadline passed ${nowMs - context.deadlineMs} ms ago. Ask again with a later one.`)
  }
}
