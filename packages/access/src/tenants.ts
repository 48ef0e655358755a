import { type ChangeSignal, type Clock, type IdSource, type Logger, parseTenantId, type RequestContext, type TenantId } from '@motadata/core'
import { type AuditEntry, type AuditAction, entryOf } from './audit/audit-event.js'
import { newTenant } from './bootstrap/new-tenant.js'
import { checkInput } from './input/check-input.js'
import { checkName } from './input/check-name.js'
import { checkPage, cutPage, type PageRequest } from './input/check-page.js'
import type { IssuedApiKey } from './keys/api-key.js'
import { platformTenantId } from './keys/platform-tenant.js'
import { roleTooSmall, tenantExists, tenantNotFound } from './keys/refusals.js'
import type { TenantRow } from './storage/access-tables.js'
import type { TenantRepository } from './storage/tenant-repository.js'

/** One customer of the platform; everything else belongs to one. */
export interface Tenant {
  readonly id: TenantId
  readonly name: string
  readonly createdAt: Date
  /** Since when its keys and tokens are refused; undefined while they are not. */
  readonly suspendedAt?: Date
}

export interface CreateTenantInput {
  /** 1 to 63 characters a-z, 0-9, - and _; it can't be changed. */
  readonly id: string
  /** 1 to 100 characters; default the id. */
  readonly name?: string
}

export interface CreatedTenant {
  readonly tenant: Tenant
  /** The tenant's first admin key, with its text, shown this once. */
  readonly adminKey: IssuedApiKey
}

export interface TenantPage {
  readonly tenants: readonly Tenant[]
  readonly nextPageToken?: string
}

/** What remembers a tenant's credentials, keys and tokens alike. */
export interface TenantMemory {
  forgetTenant(tenantId: TenantId): void
}

export interface TenantsOptions {
  readonly repository: TenantRepository
  readonly memory: TenantMemory
  readonly changes: ChangeSignal
  readonly clock: Clock
  readonly ids: IdSource
  readonly logger: Logger
}

/** The platform's tenants. All but {@link Tenants.get} of a tenant's own is the operator's. */
export class Tenants {
  readonly #options: TenantsOptions

  constructor(options: TenantsOptions) {
    this.#options = options
  }

  /**
   * Makes a tenant and its first admin key, both or neither.
   *
   * @throws AccessError `PERMISSION_DENIED`, `INPUT_INVALID`, `TENANT_EXISTS`; MLError `TENANT_ID_INVALID`
   * @example
   * const { tenant, adminKey } = await access.tenants.create(operatorContext, { id: 'acme', name: 'Acme Corporation' })
   */
  async create(context: RequestContext, input: CreateTenantInput): Promise<CreatedTenant> {
    requireOperator(context)
    const { id, name } = checkInput(input, 'input')
    const tenantId = parseTenantId(id)
    const tenantName = name === undefined ? tenantId : checkName(name)
    const { repository, clock, ids } = this.#options
    const now = new Date(clock.nowMs())
    const { row, firstKey } = newTenant({ tenantId, name: tenantName, keyId: ids.next(), now })
    const inserted = await repository.insert(row, firstKey.row, entriesOf(context, tenantId, 'tenant.created', now, { firstKeyId: firstKey.row.id }))
    if (!inserted) throw tenantExists(tenantId)
    this.#log(context, tenantId, 'tenant created')
    return { tenant: toTenant(inserted), adminKey: firstKey.issued }
  }

  /**
   * A tenant: for an operator any, for everybody else their own.
   *
   * @throws AccessError `TENANT_NOT_FOUND`; MLError `TENANT_ID_INVALID`
   */
  async get(context: RequestContext, tenantId: string): Promise<Tenant> {
    const id = parseTenantId(tenantId)
    const { repository } = this.#options
    const row = isOperator(context) ? await repository.find(id) : id === context.tenantId ? await repository.findOwn(id) : undefined
    if (!row) throw tenantNotFound(id)
    return toTenant(row)
  }

  /**
   * All tenants, by id.
   *
   * @throws AccessError `PERMISSION_DENIED`, `INPUT_INVALID`
   */
  async list(context: RequestContext, page?: PageRequest): Promise<TenantPage> {
    requireOperator(context)
    const { limit, after } = checkPage(page)
    const { page: shown, nextPageToken } = cutPage(await this.#options.repository.list(limit + 1, after), limit, (row) => row.tenant_id)
    return { tenants: shown.map(toTenant), ...(nextPageToken !== undefined && { nextPageToken }) }
  }

  /**
   * Refuses a tenant's keys and tokens from now on: at once in this process, within five seconds in others. Nothing of it is lost.
   *
   * @throws AccessError `PERMISSION_DENIED`, `TENANT_NOT_FOUND`; MLError `TENANT_ID_INVALID`
   */
  async suspend(context: RequestContext, tenantId: string): Promise<Tenant> {
    return this.#setSuspended(context, tenantId, new Date(this.#options.clock.nowMs()))
  }

  /**
   * Takes a tenant's keys and tokens again.
   *
   * @throws AccessError `PERMISSION_DENIED`, `TENANT_NOT_FOUND`; MLError `TENANT_ID_INVALID`
   */
  async resume(context: RequestContext, tenantId: string): Promise<Tenant> {
    return this.#setSuspended(context, tenantId, null)
  }

  async #setSuspended(context: RequestContext, tenantId: string, suspendedAt: Date | null): Promise<Tenant> {
    requireOperator(context)
    const id = parseTenantId(tenantId)
    const action = suspendedAt ? 'tenant.suspended' : 'tenant.resumed'
    const row = await this.#options.repository.setSuspended(id, suspendedAt, entriesOf(context, id, action, new Date(this.#options.clock.nowMs())))
    if (!row) throw tenantNotFound(id)
    this.#options.memory.forgetTenant(id)
    try {
      await this.#options.changes.publish({ topic: 'tenant', tenantId: id, subject: id })
    } catch (error) {
      const fields = { tenantId: id, error }
      this.#options.logger.warn(fields, 'the change of a tenant could not be signalled; other processes notice within seconds')
    }
    this.#log(context, id, suspendedAt ? 'tenant suspended' : 'tenant resumed')
    return toTenant(row)
  }

  #log(context: RequestContext, tenantId: TenantId, message: string): void {
    this.#options.logger.info({ requestId: context.requestId, by: context.principal.id, tenantId }, message)
  }
}

/** An operator's key, or the platform itself; not the platform at work on a tenant's behalf. */
function isOperator({ principal, tenantId }: RequestContext): boolean {
  return principal.role === 'operator' || (principal.kind === 'platform' && tenantId === platformTenantId)
}

function requireOperator(context: RequestContext): void {
  if (!isOperator(context)) throw roleTooSmall(context.principal.role, 'operator')
}

/** What an operator does to a tenant stands in the tenant's trail and in the operators' own. */
function entriesOf(context: RequestContext, tenantId: TenantId, action: AuditAction, occurredAt: Date, details: AuditEntry['details'] = {}): readonly AuditEntry[] {
  const entry = entryOf(context, { occurredAt, action, subject: tenantId, details })
  return [{ ...entry, tenantId }, { ...entry, tenantId: platformTenantId }]
}

function toTenant(row: TenantRow): Tenant {
  return { id: row.tenant_id, name: row.name, createdAt: row.created_at, ...(row.suspended_at && { suspendedAt: row.suspended_at }) }
}
