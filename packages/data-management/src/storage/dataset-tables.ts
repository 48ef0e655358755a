import type { ColumnType, Selectable } from 'kysely'
import type { DatasetColumn } from '../parts/dataset-manifest.js'
import type { DatasetOrigin, DatasetVersion, RegisteredDataset } from '../catalogue/dataset-version.js'

/** JSON goes in as text and comes out parsed. */
type Json<Value> = ColumnType<Value, string, never>
type BigInteger = ColumnType<number | string | bigint, number, number>

export interface DatasetTable {
  tenant_id: string
  name: string
  description: string
  latest_version: number
  created_at: Date
  updated_at: Date
  archived_at: Date | null
}

export interface DatasetVersionTable {
  tenant_id: string
  name: string
  version: number
  fingerprint: string
  row_count: BigInteger
  size_bytes: BigInteger
  columns: Json<readonly DatasetColumn[]>
  source: ColumnType<DatasetOrigin, string, string>
  idempotency_key: string | null
  created_by: string
  created_at: Date
}

/** The artifacts that hold rows of a dataset, whatever version brought them. */
export interface DatasetPartTable {
  tenant_id: string
  name: string
  sha256: string
}

/** Artifacts that held a dataset which was deleted. */
export interface ReleasedArtifactTable {
  tenant_id: string
  sha256: string
  released_at: Date
}

/** Versions some of whose source's rows are in quarantine, and how these are written. */
export interface QuarantineTable {
  tenant_id: string
  name: string
  version: number
  format: 'csv' | 'ndjson'
  delimiter: string | null
  header: ColumnType<readonly string[] | null, string | null, never>
  row_count: number
}

export interface QuarantinedRowTable {
  tenant_id: string
  name: string
  version: number
  row: number
  line: BigInteger
  column_name: string | null
  reason: string
  text: string | null
  replayed_as: number | null
}

/** The tables of schema `data_management`, as kysely names them. */
export interface DatasetTables {
  'data_management.dataset': DatasetTable
  'data_management.dataset_version': DatasetVersionTable
  'data_management.dataset_part': DatasetPartTable
  'data_management.released_artifact': ReleasedArtifactTable
  'data_management.quarantine': QuarantineTable
  'data_management.quarantined_row': QuarantinedRowTable
}

/** A dataset as callers see it. */
export function toRegisteredDataset(row: Selectable<DatasetTable>): RegisteredDataset {
  return {
    name: row.name,
    description: row.description,
    latestVersion: row.latest_version,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
    ...(row.archived_at === null ? {} : { archivedAt: new Date(row.archived_at) }),
  }
}

/** A version as callers see it. */
export function toDatasetVersion(row: Selectable<DatasetVersionTable>): DatasetVersion {
  return {
    name: row.name,
    version: row.version,
    fingerprint: row.fingerprint,
    rowCount: Number(row.row_count),
    sizeBytes: Number(row.size_bytes),
    columns: row.columns,
    origin: row.source,
    createdBy: row.created_by,
    createdAt: new Date(row.created_at),
  }
}
