import { AccessError, type Role } from '@motadata/core'

/** No credential, or one that is none. What exactly is wrong with a key is told to nobody who may be guessing. */
export function keyUnknown(): AccessError {
  const message = 'Expected an API key that is known here, got another. Check that it was copied whole, or ask an admin for a new one.'
  return new AccessError('UNAUTHENTICATED', message)
}

/** The holder of the right secret may know what happened to the key. */
export function keyRevoked(): AccessError {
  return new AccessError('UNAUTHENTICATED', 'Expected an API key that is in force, got a revoked one. Ask an admin for a new one.')
}

export function keyExpired(expiredAtMs: number): AccessError {
  const at = new Date(expiredAtMs).toISOString()
  const message = `Expected an API key that is in force, got one that expired at ${at}. Ask an admin to rotate it.`
  return new AccessError('UNAUTHENTICATED', message, { details: { expiredAt: at } })
}

export function tenantSuspended(tenantId: string): AccessError {
  const message = `Tenant '${tenantId}' is suspended; nothing was done. Ask the platform's operator.`
  return new AccessError('TENANT_SUSPENDED', message, { details: { tenantId } })
}

export function tenantNotFound(tenantId: string): AccessError {
  const message = `Expected the id of a tenant, got '${tenantId}', which there is not.`
  return new AccessError('TENANT_NOT_FOUND', message, { details: { tenantId } })
}

export function tenantExists(tenantId: string): AccessError {
  const message = `Expected the id of a new tenant, got '${tenantId}', which is taken or reserved.`
  return new AccessError('TENANT_EXISTS', message, { details: { tenantId } })
}

export function roleTooSmall(held: Role, required: Role): AccessError {
  const message =
    required === 'operator'
      ? `This is for the platform's operators, and the caller is a tenant's, with the role '${held}'.`
      : held === 'operator'
        ? "This is done within a tenant, and the key is an operator's, who stands above tenants. Use a key of the tenant."
        : `Expected the role '${required}' or above, got '${held}'. Ask an admin for it.`
  return new AccessError('PERMISSION_DENIED', message, { details: { held, required } })
}
