import { type ArtifactStore, DataManagementError, MLError, type RequestContext } from '@motadata/core'
import type { DatasetCatalogue } from '../catalogue/dataset-catalogue.js'
import { datasetArchived } from '../catalogue/dataset-errors.js'
import type { DatasetOrigin, DatasetVersion } from '../catalogue/dataset-version.js'
import { type DatasetManifest, decodeManifest, encodeManifest, fingerprintOf } from '../parts/dataset-manifest.js'
import { evolveColumns } from '../parts/evolve-columns.js'
import type { LoadStep } from './pipeline-definition.js'
import { rowCountOf } from './step-output.js'

export interface LoadParts {
  readonly artifacts: ArtifactStore
  readonly catalogue: DatasetCatalogue
}

export interface LoadRequest {
  readonly step: Pick<LoadStep, 'name' | 'dataset' | 'mode' | 'allow' | 'description'>
  readonly rows: DatasetManifest
  readonly origin: Pick<DatasetOrigin, 'label' | 'sources' | 'pipeline' | 'runId'>
  /** The same gives the same version, however often it is asked for. */
  readonly idempotencyKey: string
}

/**
 * Makes rows that are kept as parts already the next version of a dataset: nothing is copied.
 *
 * @returns the version; the newest one as it is when no rows are appended
 * @throws MLError `DATASET_ARCHIVED`, `DATASET_SCHEMA_CHANGED`, `DATA_EMPTY`, `STORAGE_UNAVAILABLE`
 */
export async function loadVersion(context: RequestContext, { step, rows, origin, idempotencyKey }: LoadRequest, { artifacts, catalogue }: LoadParts): Promise<DatasetVersion> {
  const { dataset: name } = step
  for (;;) {
    const registered = await catalogue.find(context, name)
    if (registered?.archivedAt) throw datasetArchived(name)
    const base = step.mode === 'append' && registered && registered.latestVersion > 0 ? await readBase(context, name, { artifacts, catalogue }) : undefined
    if (rows.parts.length === 0) {
      if (base) return base.version
      throw new DataManagementError('DATA_EMPTY', `Step '${step.name}': Expected rows to keep in '${name}', got none.`, { details: { step: step.name, dataset: name } })
    }
    const columns = base ? evolveColumns(base.manifest.columns, rows.columns, step.allow ?? []) : rows.columns
    const manifest: DatasetManifest = { format: 'dataset/1', columns, parts: [...(base?.manifest.parts ?? []), ...rows.parts] }
    await artifacts.put(context.tenantId, encodeManifest(manifest))
    const version = await catalogue.enter(context, {
      name, fingerprint: fingerprintOf(manifest), rowCount: rowCountOf(manifest), sizeBytes: manifest.parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      columns, parts: manifest.parts.map(({ sha256 }) => sha256), idempotencyKey,
      origin: { kind: 'pipeline', badRowCount: 0, ...origin, ...(base ? { appendedTo: base.version.version } : {}) },
      ...(step.description === undefined ? {} : { description: step.description }),
      ...(step.mode === 'append' ? { basedOn: base?.version.version ?? registered?.latestVersion ?? 0 } : {}),
    })
    if (!version) continue // somebody appended meanwhile: these rows go behind theirs
    for (const { sha256 } of rows.parts) {
      if (await artifacts.has(context.tenantId, sha256)) continue
      throw new MLError('STORAGE_UNAVAILABLE', `Expected the rows of step '${step.name}' to be there still, but some were swept. Run the pipeline again.`)
    }
    return version
  }
}

async function readBase(context: RequestContext, name: string, { artifacts, catalogue }: LoadParts): Promise<{ readonly version: DatasetVersion; readonly manifest: DatasetManifest }> {
  const version = await catalogue.getVersion(context, { name })
  return { version, manifest: decodeManifest(await artifacts.get(context.tenantId, version.fingerprint)) }
}
