import type { ErasureEffect, ErasureSubject } from '@motadata/core'
import type { ColumnType } from 'kysely'
import type { DatasetTables } from './dataset-tables.js'

type BigInteger = ColumnType<number | string | bigint, number, number>

/** What a token of a redacted text stands for. */
export interface RedactionTokenTable {
  tenant_id: string
  token: string
  sealed: Uint8Array
  key_id: string
  created_at: Date
}

export interface ErasureTable {
  /** Of whoever asked: for the erasure of a tenant, the operators'. */
  tenant_id: string
  id: string
  subject_kind: ErasureSubject['kind']
  /** Whose data it is. */
  erased_tenant_id: string
  /** By which whoever has the tenant's key knows the subject again. */
  subject_digest: string
  /** Gone once it is completed. */
  sealed_subject: Uint8Array | null
  key_id: string
  idempotency_key: string | null
  requested_by: string
  requested_at: Date
  completed_at: Date | null
  certificate: string | null
}

export interface ErasureFindingTable {
  tenant_id: string
  erasure_id: string
  owner: string
  kind: string
  name: string
  count: BigInteger
  effect: ErasureEffect
  reason: string | null
  successor: string | null
}

/** A hash that a version had before it lost rows. */
export interface ErasedVersionTable {
  tenant_id: string
  name: string
  version: number
  fingerprint: string
  /** The hash that it has since. */
  successor: string
  erased_row_count: BigInteger
  erasure_id: string
  erased_at: Date
}

export interface PrivacyTables extends DatasetTables {
  'data_management.redaction_token': RedactionTokenTable
  'data_management.erasure': ErasureTable
  'data_management.erasure_finding': ErasureFindingTable
  'data_management.erased_version': ErasedVersionTable
}
