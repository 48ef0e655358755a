import type { ModelType, ModelVersion, RegisteredModel } from '@motadata/core'
import type { ModelAliasTable, ModelVersionRow, RegisteredModelRow } from './registry-tables.js'

/** A model as callers see it. */
export function toRegisteredModel(row: RegisteredModelRow, aliases: readonly Pick<ModelAliasTable, 'alias' | 'version'>[]): RegisteredModel {
  return {
    name: row.name,
    description: row.description,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
    ...(row.archived_at === null ? {} : { archivedAt: new Date(row.archived_at) }),
    ...(row.latest_version === 0 ? {} : { latestVersion: row.latest_version }),
    aliases: Object.fromEntries(aliases.map(({ alias, version }) => [alias, version])),
  }
}

/** A version as callers see it. */
export function toModelVersion(row: ModelVersionRow, aliases: readonly string[]): ModelVersion {
  return {
    name: row.name,
    version: row.version,
    modelType: row.model_type as ModelType,
    artifact: { sha256: row.artifact_sha256, sizeBytes: Number(row.artifact_size_bytes), format: row.artifact_format },
    signature: row.signature,
    report: row.report,
    datasetFingerprint: row.dataset_fingerprint,
    createdAt: new Date(row.created_at),
    aliases,
  }
}
