import { parseTenantId } from '@motadata/core'

/**
 * The reserved tenant whose API keys are the operators'. It owns no models and can't be created, listed or suspended.
 *
 * Operators' keys lie in the same table as everybody's, under this tenant: one way of looking a key up, one policy that guards it. A
 * check constraint ties the role to the tenant, and the policy ties the tenant to the credential, so a tenant's own SQL can neither
 * see an operator's key nor make one. And an operator who reaches a tenant's code by mistake finds this tenant's rows there: none.
 */
export const platformTenantId = parseTenantId('platform')
