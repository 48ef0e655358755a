import { type RequestContext, roleSuffices } from '@motadata/core'
import { type AuditEvent, hashRow, toAuditEvent } from './audit/audit-event.js'
import { checkPage, cutPage, type PageRequest } from './input/check-page.js'
import { describe, inputInvalid } from './input/input-invalid.js'
import { roleTooSmall } from './keys/refusals.js'
import type { AuditRepository } from './storage/audit-repository.js'

export interface AuditEventPage {
  readonly events: readonly AuditEvent[]
  readonly nextPageToken?: string
}

/** What a look through a whole trail found. */
export interface AuditVerification {
  readonly isWhole: boolean
  /** How many events were found to follow each other. */
  readonly eventCount: number
  /** Hash of the last of them; empty when there is none. Kept elsewhere, it proves later that nothing up to it was changed or cut off. */
  readonly hash: string
  /** The number of the first event that is missing or not as it was written; undefined when all is whole. */
  readonly brokenAt?: number
}

const rowsAtOnce = 500

/**
 * Who made, changed and ended keys, tokens and tenants, and when: added to by those changes themselves, in the same transaction.
 *
 * Each event's hash covers the one before it, so an event that is changed, or taken out of the middle, is found. Somebody who owns the
 * database could write a whole trail anew, or cut off its end: a hash that was noted elsewhere tells that too.
 */
export class AuditTrail {
  readonly #repository: AuditRepository

  constructor(options: { readonly repository: AuditRepository }) {
    this.#repository = options.repository
  }

  /**
   * The events of the context's tenant, newest first.
   *
   * @throws AccessError `PERMISSION_DENIED` below the role admin; `INPUT_INVALID`
   * @example
   * const { events } = await access.auditTrail.list(admin, { limit: 20 })
   */
  async list(context: RequestContext, page?: PageRequest): Promise<AuditEventPage> {
    requireAdmin(context)
    const { limit, after } = checkPage(page)
    if (after !== undefined && !/^[1-9]\d{0,9}$/.test(after)) throw inputInvalid('pageToken', 'the nextPageToken of a page before', describe(after))
    const rows = await this.#repository.list(context.tenantId, limit + 1, after === undefined ? undefined : Number(after))
    const { page: shown, nextPageToken } = cutPage(rows, limit, ({ number }) => String(number))
    return { events: shown.map(toAuditEvent), ...(nextPageToken !== undefined && { nextPageToken }) }
  }

  /**
   * Looks through the whole trail of the context's tenant.
   *
   * @param knownHash - One that was noted earlier, which has to be in it.
   * @returns what was found, also when the trail is broken; reads all of it, some thousand events a second
   * @throws AccessError `PERMISSION_DENIED` below the role admin
   */
  async verify(context: RequestContext, knownHash?: string): Promise<AuditVerification> {
    requireAdmin(context)
    let [number, hash, isKnown] = [0, '', knownHash === undefined]
    for (;;) {
      const rows = await this.#repository.listFrom(context.tenantId, rowsAtOnce, number)
      for (const row of rows) {
        const follows = row.number === number + 1 && row.previous_hash === hash && row.hash === hashRow(row)
        if (!follows) return { isWhole: false, eventCount: number, hash, brokenAt: number + 1 }
        number = row.number
        hash = row.hash
        isKnown ||= hash === knownHash
      }
      if (rows.length === rowsAtOnce) continue
      return isKnown ? { isWhole: true, eventCount: number, hash } : { isWhole: false, eventCount: number, hash, brokenAt: number + 1 }
    }
  }
}

function requireAdmin({ principal: { role, kind } }: RequestContext): void {
  if (kind !== 'platform' && role !== 'operator' && !roleSuffices(role, 'admin')) throw roleTooSmall(role, 'admin')
}
