import { type RequestContext, parseTenantId, platformContext } from '@motadata/core'

/** Two tenants that must know nothing of each other. */
export const acme = parseTenantId('acme')
export const globex = parseTenantId('globex')

export const asAcme: RequestContext = platformContext(acme, 'request-of-acme')
export const asGlobex: RequestContext = platformContext(globex, 'request-of-globex')
