import type { ApiKey } from '@motadata/access'
import { PlatformError, type Role } from '@motadata/core'
import type { Command } from './run-commands.js'
import { withAccess } from './with-access.js'

type Run = Command['run']

const dayMs = 86_400_000

/** Makes a key of a tenant and shows it once. */
export const createKey: Run = async ({ tenant, role, name = 'made by the operator', days }, surroundings) => {
  const expiresAt = days === undefined ? undefined : inDays(days)
  await withAccess(tenant!, surroundings, async (access, context) => {
    const issued = await access.apiKeys.create(context, { name, role: role as Role, ...(expiresAt ? { expiresAt } : {}) })
    surroundings.print(`
A key was made. It is shown this once and stored only as a hash.

  tenant   ${issued.tenantId}
  role     ${issued.role}
  id       ${issued.id}
  key      ${issued.key}
`)
  })
}

/** Shows the keys of a tenant, without their secrets. */
export const listKeys: Run = async ({ tenant }, surroundings) => {
  await withAccess(tenant!, surroundings, async (access, context) => {
    let pageToken: string | undefined
    do {
      const page = await access.apiKeys.list(context, { limit: 100, ...(pageToken === undefined ? {} : { pageToken }) })
      for (const key of page.apiKeys) surroundings.print(`${key.id}  ${key.role.padEnd(9)}  ${stateOf(key).padEnd(8)}  ${key.createdAt.toISOString()}  ${key.prefix}…  ${key.name}`)
      pageToken = page.nextPageToken
    } while (pageToken !== undefined)
  })
}

/** Ends a key of a tenant. */
export const revokeKey: Run = async ({ tenant, key }, surroundings) => {
  await withAccess(tenant!, surroundings, async (access, context) => {
    const { id, name } = await access.apiKeys.revoke(context, key!)
    surroundings.print(`The key ${id} (${name}) is revoked.`)
  })
}

function inDays(text: string): Date {
  const days = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (days > 0) return new Date(Date.now() + days * dayMs)
  throw new PlatformError('CONFIGURATION_INVALID', `Expected --days to be a whole number from 1 to 99999, got ${JSON.stringify(text.slice(0, 80))}.`)
}

function stateOf({ revokedAt, expiresAt }: ApiKey): string {
  if (revokedAt) return 'revoked'
  return expiresAt && expiresAt.getTime() <= Date.now() ? 'expired' : 'in force'
}
