import type { ValidationReport } from '@motadata/core'
import type { ColumnType, Selectable } from 'kysely'
import type { PipelineDefinition, StepKindName } from '../pipelines/pipeline-definition.js'
import type { PipelineRun, PipelineRunState, PipelineStepRun, RegisteredPipeline } from '../pipelines/pipeline-run.js'

/** JSON goes in as text and comes out parsed. */
type Json<Value> = ColumnType<Value, string, string>
type OptionalJson<Value> = ColumnType<Value | null, string | null, string | null>
type BigInteger = ColumnType<number | string | bigint | null, number | null, number | null>

export interface PipelineTable {
  tenant_id: string
  name: string
  definition: Json<PipelineDefinition>
  columns: Json<RegisteredPipeline['columns']>
  revision: number
  created_by: string
  created_at: Date
  updated_at: Date
}

export interface PipelineRunTable {
  tenant_id: string
  id: string
  pipeline: string
  definition: Json<PipelineDefinition>
  use_cache: boolean
  state: PipelineRunState
  attempt: number
  requested_by: string
  error: OptionalJson<NonNullable<PipelineRun['error']>>
  created_at: Date
  started_at: Date | null
  ended_at: Date | null
}

export interface PipelineStepRunTable {
  tenant_id: string
  run_id: string
  step: string
  position: number
  kind: StepKindName
  inputs: Json<readonly string[]>
  state: PipelineStepRun['state']
  from_cache: boolean
  attempt: number
  row_count: BigInteger
  fingerprint: string | null
  dataset: string | null
  dataset_version: number | null
  report: OptionalJson<ValidationReport>
  started_at: Date | null
  ended_at: Date | null
}

export interface PipelineCacheTable {
  tenant_id: string
  key: string
  fingerprint: string
  size_bytes: BigInteger
  report: OptionalJson<ValidationReport>
  created_at: Date
  used_at: Date
}

/** The artifacts that hold what a cached step made. */
export interface PipelineCacheArtifactTable {
  tenant_id: string
  key: string
  sha256: string
}

export interface PipelineLineageTable {
  tenant_id: string
  run_id: string
  step: string
  direction: 'input' | 'output'
  dataset: string
  version: number
  fingerprint: string
}

/** The tables of pipelines in schema `data_management`, as kysely names them. */
export interface PipelineTables {
  'data_management.pipeline': PipelineTable
  'data_management.pipeline_run': PipelineRunTable
  'data_management.pipeline_step_run': PipelineStepRunTable
  'data_management.pipeline_cache': PipelineCacheTable
  'data_management.pipeline_cache_artifact': PipelineCacheArtifactTable
  'data_management.pipeline_lineage': PipelineLineageTable
}

/** A pipeline as callers see it. */
export function toRegisteredPipeline(row: Selectable<PipelineTable>): RegisteredPipeline {
  return {
    name: row.name, description: row.definition.description ?? '', revision: row.revision, definition: row.definition, columns: row.columns,
    createdBy: row.created_by, createdAt: new Date(row.created_at), updatedAt: new Date(row.updated_at),
  }
}

/** A run as callers see it. */
export function toPipelineRun(row: Selectable<PipelineRunTable>, steps: readonly Selectable<PipelineStepRunTable>[]): PipelineRun {
  const done = steps.filter(({ state }) => state === 'succeeded').length
  return {
    id: row.id, pipeline: row.pipeline, state: row.state, attempt: row.attempt, share: row.state === 'succeeded' ? 1 : steps.length === 0 ? 0 : done / steps.length,
    steps: steps.map(toStepRun), requestedBy: row.requested_by, createdAt: new Date(row.created_at),
    ...(row.error === null ? {} : { error: row.error }), ...times(row),
  }
}

function toStepRun(row: Selectable<PipelineStepRunTable>): PipelineStepRun {
  return {
    step: row.step, kind: row.kind, inputs: row.inputs, state: row.state, fromCache: row.from_cache, attempt: row.attempt,
    ...(row.row_count === null ? {} : { rowCount: Number(row.row_count) }),
    ...(row.fingerprint === null ? {} : { fingerprint: row.fingerprint }),
    ...(row.dataset === null || row.dataset_version === null ? {} : { dataset: { name: row.dataset, version: row.dataset_version } }),
    ...(row.report === null ? {} : { report: row.report }),
    ...times(row),
  }
}

function times(row: { readonly started_at: Date | null; readonly ended_at: Date | null }): { readonly startedAt?: Date; readonly endedAt?: Date } {
  return { ...(row.started_at === null ? {} : { startedAt: new Date(row.started_at) }), ...(row.ended_at === null ? {} : { endedAt: new Date(row.ended_at) }) }
}
