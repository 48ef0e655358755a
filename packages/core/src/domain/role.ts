/**
 * What a credential may do, each role including the ones before it. `operator` stands above tenants: it creates and suspends
 * them, and holds no tenant's models.
 */
export const roles = ['viewer', 'predictor', 'trainer', 'admin'] as const

export type TenantRole = (typeof roles)[number]
export type Role = TenantRole | 'operator'

/** What a route asks of its caller: nothing, a role within a tenant, or the platform's operator. */
export type RouteAccess = 'public' | Role

/**
 * Whether a role suffices. The operator's role suffices only where the operator is asked for, and nothing else does.
 *
 * @example
 * roleSuffices('admin', 'trainer') // => true
 * roleSuffices('operator', 'viewer') // => false
 */
export function roleSuffices(held: Role, required: Role): boolean {
  if (held === 'operator' || required === 'operator') return held === required
  return roles.indexOf(held) >= roles.indexOf(required)
}
