import type { Bootstrapped } from '@motadata/access'

/** What the first start tells the person who started it, once. */
export function describeFirstStart({ tenantId, adminKey, operatorKey }: Bootstrapped, url: string): string {
  return `
First start: a tenant and two keys were made. They are shown this once and stored only as hashes.

  tenant          ${tenantId}
  admin API key   ${adminKey.key}
  operator key    ${operatorKey.key}

  curl -H 'authorization: Bearer ${adminKey.key}' ${url}/v1/models
`
}
