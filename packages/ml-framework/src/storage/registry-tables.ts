import type { ModelSignature, TrainingReport, TrainingSpec } from '@motadata/core'
import type { ColumnType, Generated, Selectable } from 'kysely'
import type { CardDraft } from '../training/compose-card.js'

/** JSON goes in as text and comes out parsed. */
type Json<Value> = ColumnType<Value, string, never>

export interface RegisteredModelTable {
  tenant_id: string
  name: string
  description: string
  latest_version: number
  created_at: Date
  updated_at: Date
  archived_at: Date | null
}

export interface ModelVersionTable {
  tenant_id: string
  name: string
  version: number
  model_type: string
  artifact_sha256: string
  artifact_size_bytes: ColumnType<number | string | bigint, number, number>
  artifact_format: string
  signature: Json<ModelSignature>
  report: Json<TrainingReport>
  dataset_fingerprint: string
  idempotency_key: string | null
  created_by: string
  created_at: Date
}

export interface ModelAliasTable {
  tenant_id: string
  name: string
  alias: string
  version: number
  updated_at: Date
}

export interface ModelAliasEventTable {
  tenant_id: string
  id: Generated<number | string | bigint>
  name: string
  alias: string
  from_version: number | null
  to_version: number
  changed_by: string
  changed_at: Date
}

export interface ModelCardTable {
  tenant_id: string
  name: string
  version: number
  card: ColumnType<CardDraft | null, string | null, never>
  spec: ColumnType<TrainingSpec | null, string | null, never>
  row_scores_sha256: string | null
}

export interface TrainingCheckpointTable {
  tenant_id: string
  training_key: string
  step: string
  fingerprint: string
  artifact_sha256: string
  updated_at: Date
}

/** The tables of schema `ml_framework`, as kysely names them. */
export interface RegistryTables {
  'ml_framework.registered_model': RegisteredModelTable
  'ml_framework.model_version': ModelVersionTable
  'ml_framework.model_alias': ModelAliasTable
  'ml_framework.model_alias_event': ModelAliasEventTable
  'ml_framework.model_card': ModelCardTable
  'ml_framework.training_checkpoint': TrainingCheckpointTable
}

export type RegisteredModelRow = Selectable<RegisteredModelTable>
export type ModelVersionRow = Selectable<ModelVersionTable>
export type ModelCardRow = Selectable<ModelCardTable>
