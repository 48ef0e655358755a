import { createHash } from 'node:crypto'
import type { RequestContext, TenantId } from '@motadata/core'
import type { AuditEventRow } from '../storage/access-tables.js'

/** What can be done to who may do what. */
export type AuditAction =
  | 'tenant.created' | 'tenant.suspended' | 'tenant.resumed' | 'api-key.created' | 'api-key.rotated' | 'api-key.revoked' | 'tokens.revoked'

/** Something that was done, before it has its place in a tenant's trail. */
export interface AuditEntry {
  readonly tenantId: TenantId
  readonly occurredAt: Date
  readonly action: AuditAction
  readonly actor: { readonly kind: string; readonly id: string }
  /** What it was done to: the id of a key or a tenant, a subject, or the id of a token. */
  readonly subject: string
  readonly details: Readonly<Record<string, string>>
  readonly requestId: string
}

/** Something that was done, at its place in its tenant's trail. */
export interface AuditEvent extends AuditEntry {
  /** From 1, without a gap. */
  readonly number: number
  /** Of the event before; empty for the first. */
  readonly previousHash: string
  /** SHA-256 over all of the event and `previousHash`, hexadecimal. */
  readonly hash: string
}

const format = 'audit-event/1'

/** An entry by whoever asked for it, in their own tenant's trail. */
export function entryOf(context: RequestContext, entry: Omit<AuditEntry, 'tenantId' | 'actor' | 'requestId'>): AuditEntry {
  const { tenantId, requestId, principal: { kind, id } } = context
  return { tenantId, requestId, actor: { kind, id }, ...entry }
}

/** The row of an entry that comes after another; undefined for the first. */
export function chainEntry(entry: AuditEntry, last: Pick<AuditEventRow, 'number' | 'hash'> | undefined): AuditEventRow {
  const row = {
    tenant_id: entry.tenantId, number: (last?.number ?? 0) + 1, occurred_at: entry.occurredAt, action: entry.action, actor_kind: entry.actor.kind,
    actor_id: entry.actor.id, subject: entry.subject, details: JSON.stringify(entry.details), request_id: entry.requestId, previous_hash: last?.hash ?? '',
  }
  return { ...row, hash: hashRow(row) }
}

/** What the hash of a row has to be, by all else in it. */
export function hashRow(row: Omit<AuditEventRow, 'hash'>): string {
  const { previous_hash, tenant_id, number, occurred_at, action, actor_kind, actor_id, subject, details, request_id } = row
  const hashed = [format, previous_hash, tenant_id, number, occurred_at.toISOString(), action, actor_kind, actor_id, subject, details, request_id]
  return createHash('sha256').update(JSON.stringify(hashed)).digest('hex')
}

/** A row as it is shown. */
export function toAuditEvent(row: AuditEventRow): AuditEvent {
  return {
    tenantId: row.tenant_id, number: row.number, occurredAt: row.occurred_at, action: row.action as AuditAction, actor: { kind: row.actor_kind, id: row.actor_id },
    subject: row.subject, details: JSON.parse(row.details) as Record<string, string>, requestId: row.request_id, previousHash: row.previous_hash, hash: row.hash,
  }
}
