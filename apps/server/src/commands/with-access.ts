import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Access } from '@motadata/access'
import { parseTenantId, PlatformError, platformContext, type RequestContext } from '@motadata/core'
import type { Surroundings } from './run-commands.js'

/**
 * Does something to who may do what within a tenant, as the platform itself.
 *
 * @throws MLError `TENANT_ID_INVALID`, `CONFIGURATION_INVALID` where there is no data folder, and what opening the platform and the work throw
 */
export async function withAccess(tenant: string, { config, open }: Surroundings, work: (access: Access, context: RequestContext) => Promise<void>): Promise<void> {
  const tenantId = parseTenantId(tenant)
  if (config.DATABASE_URL === undefined && !existsSync(config.DATA_FOLDER)) {
    throw new PlatformError('CONFIGURATION_INVALID', `Expected a data folder at ${resolve(config.DATA_FOLDER)}, got none. Set DATA_FOLDER or DATABASE_URL as the server has it.`)
  }
  const platform = await open()
  try {
    const access = await Access.open(platform)
    await work(access, platformContext(tenantId, `command-${platform.ids.next()}`))
    access.close()
  } finally {
    await platform.close()
  }
}
