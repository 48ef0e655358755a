import type { Entity, FeatureService, FeatureViewDefinition, RegisteredFeatureView } from '@motadata/core'
import type { ColumnType, Selectable } from 'kysely'
import type { MaterializationPlan } from '../features/materialization-plan.js'
import type { PushResult } from '../features/push-result.js'

/** JSON goes in as text and comes out parsed. */
type Json<Value> = ColumnType<Value, string, string>
type BigInteger = ColumnType<number | string | bigint, number, number>

interface Registered<Definition> {
  tenant_id: string
  name: string
  definition: Json<Definition>
  created_at: Date
  updated_at: Date
}

export interface FeatureViewTable {
  tenant_id: string
  name: string
  latest_version: number
  generation: number
  created_at: Date
  updated_at: Date
  deleted_at: Date | null
}

export interface FeatureViewVersionTable {
  tenant_id: string
  name: string
  version: number
  generation: number
  definition: Json<FeatureViewDefinition>
  created_by: string
  created_at: Date
}

/** How far what is kept of a view in one form is online. */
export interface FeatureViewStateTable {
  tenant_id: string
  name: string
  generation: number
  newest_event_ms: number | null
  materialized_until_ms: number | null
  /** The version of the dataset that was materialized last. */
  source_fingerprint: string | null
  updated_at: Date
}

export interface FeatureMaterializationTable {
  tenant_id: string
  run_id: string
  name: string
  plan: Json<MaterializationPlan>
  done: BigInteger
  kept: BigInteger
  finished_at: Date | null
  created_at: Date
}

export interface FeaturePushTable {
  tenant_id: string
  name: string
  idempotency_key: string
  content_sha256: string
  result: Json<PushResult>
  created_at: Date
}

/** The tables of schema `data_management` that features are in, as kysely names them. */
export interface FeatureTables {
  'data_management.feature_entity': Registered<Entity>
  'data_management.feature_service': Registered<FeatureService>
  'data_management.feature_view': FeatureViewTable
  'data_management.feature_view_version': FeatureViewVersionTable
  'data_management.feature_view_state': FeatureViewStateTable
  'data_management.feature_materialization': FeatureMaterializationTable
  'data_management.feature_push': FeaturePushTable
}

/** A version of a view as callers see it. */
export function toRegisteredFeatureView(row: Selectable<FeatureViewVersionTable>): RegisteredFeatureView {
  return { definition: row.definition, version: row.version, generation: row.generation, createdBy: row.created_by, createdAt: new Date(row.created_at) }
}
