import { type Clock, type IdSource, type Logger, parseTenantId, type TenantId } from '@motadata/core'
import type { AuditEntry } from '../audit/audit-event.js'
import { checkInput } from '../input/check-input.js'
import { checkName } from '../input/check-name.js'
import type { IssuedApiKey } from '../keys/api-key.js'
import { issueKey } from '../keys/issue-key.js'
import { platformTenantId } from '../keys/platform-tenant.js'
import { tenantExists } from '../keys/refusals.js'
import type { TenantRepository } from '../storage/tenant-repository.js'
import { newTenant } from './new-tenant.js'

export interface BootstrapInput {
  /** Of the first tenant; default `default`. */
  readonly tenantId?: string
  /** Default the id. */
  readonly tenantName?: string
}

/** What the first start made. The keys' texts are in it and nowhere else: show them, and let them go. */
export interface Bootstrapped {
  readonly tenantId: TenantId
  readonly adminKey: IssuedApiKey
  readonly operatorKey: IssuedApiKey
}

export interface BootstrapCollaborators {
  readonly repository: TenantRepository
  readonly clock: Clock
  readonly ids: IdSource
  readonly logger: Logger
}

/** The first tenant with its admin key and the first operator key, unless there is a tenant already. */
export async function bootstrap(
  input: BootstrapInput | undefined,
  { repository, clock, ids, logger }: BootstrapCollaborators,
): Promise<Bootstrapped | undefined> {
  const { tenantId: id = 'default', tenantName } = checkInput(input, 'input')
  const tenantId = parseTenantId(id)
  if (tenantId === platformTenantId) throw tenantExists(tenantId)
  const name = tenantName === undefined ? tenantId : checkName(tenantName, 'tenantName')
  const now = new Date(clock.nowMs())
  const { row, firstKey } = newTenant({ tenantId, name, keyId: ids.next(), now })
  const operatorKey = { tenantId: platformTenantId, id: ids.next(), name: 'first operator key', role: 'operator', createdAt: now } as const
  const operator = issueKey(operatorKey)
  const done = { occurredAt: now, actor: { kind: 'platform', id: 'first start' }, requestId: 'first start' } as const
  const entries: readonly AuditEntry[] = [
    { ...done, tenantId, action: 'tenant.created', subject: tenantId, details: { firstKeyId: firstKey.row.id } },
    { ...done, tenantId: platformTenantId, action: 'tenant.created', subject: tenantId, details: { firstKeyId: firstKey.row.id } },
    { ...done, tenantId: platformTenantId, action: 'api-key.created', subject: operator.row.id, details: { name: operator.row.name, role: operator.row.role } },
  ]
  if (!(await repository.insertFirst(row, [firstKey.row, operator.row], entries))) return undefined
  logger.info({ tenantId, adminKeyId: firstKey.issued.id, operatorKeyId: operator.issued.id }, 'first tenant created')
  return { tenantId, adminKey: firstKey.issued, operatorKey: operator.issued }
}
