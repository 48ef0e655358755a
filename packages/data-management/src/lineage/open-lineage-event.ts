import type { DatasetVersion } from '../catalogue/dataset-version.js'
import type { PipelineRun } from '../pipelines/pipeline-run.js'

/**
 * A RunEvent of OpenLineage 2.0.2, as catalogues such as Marquez and DataHub take them: https://openlineage.io/spec/2-0-2/OpenLineage.json.
 * Datasets and jobs lie in a namespace of the tenant.
 */
export interface OpenLineageEvent {
  readonly eventType: 'START' | 'COMPLETE' | 'FAIL' | 'ABORT'
  /** ISO 8601. */
  readonly eventTime: string
  readonly producer: string
  readonly schemaURL: string
  readonly run: { readonly runId: string; readonly facets: Readonly<Record<string, object>> }
  readonly job: { readonly namespace: string; readonly name: string; readonly facets: Readonly<Record<string, object>> }
  readonly inputs: readonly LineageDataset[]
  readonly outputs: readonly LineageDataset[]
}

export interface LineageDataset {
  readonly namespace: string
  readonly name: string
  readonly facets: Readonly<Record<string, object>>
  readonly inputFacets?: Readonly<Record<string, object>>
  readonly outputFacets?: Readonly<Record<string, object>>
}

/** What a run has come to. */
export interface LineageOutcome {
  readonly eventType: OpenLineageEvent['eventType']
  readonly atMs: number
  /** Of the platform; the tenant's is below it. */
  readonly namespace: string
  readonly inputs: readonly DatasetVersion[]
  readonly outputs: readonly DatasetVersion[]
  readonly error?: string
}

const producer = 'urn:motadata:data-management'
const schemas = 'https://openlineage.io/spec'

/** The event that says what a run has come to. */
export function runLineageEvent(run: Pick<PipelineRun, 'id' | 'pipeline' | 'steps'>, outcome: LineageOutcome): OpenLineageEvent {
  const { namespace, eventType, error } = outcome
  const assertions = run.steps.flatMap(({ report }) => report?.results ?? []).map(({ expectation, passed }) => ({
    assertion: String(expectation.kind), success: passed, ...(typeof expectation.column === 'string' ? { column: expectation.column } : {}),
  }))
  return {
    eventType, eventTime: new Date(outcome.atMs).toISOString(), producer, schemaURL: `${schemas}/2-0-2/OpenLineage.json#/$defs/RunEvent`,
    run: {
      runId: run.id,
      facets: error === undefined ? {} : { errorMessage: facet('facets/1-0-0/ErrorMessageRunFacet', { message: error, programmingLanguage: 'TypeScript' }) },
    },
    job: { namespace, name: run.pipeline, facets: { jobType: facet('facets/2-0-4/JobTypeJobFacet', { processingType: 'BATCH', integration: 'MOTADATA', jobType: 'DAG' }) } },
    inputs: outcome.inputs.map((version) => ({
      ...dataset(namespace, version),
      ...(assertions.length > 0 ? { inputFacets: { dataQualityAssertions: facet('1-0-1/DataQualityAssertionsDatasetFacet', { assertions }) } } : {}),
    })),
    outputs: outcome.outputs.map((version) => ({
      ...dataset(namespace, version),
      outputFacets: { outputStatistics: facet('1-0-1/OutputStatisticsOutputDatasetFacet', { rowCount: version.rowCount, size: version.sizeBytes }) },
    })),
  }
}

function dataset(namespace: string, { name, version, columns }: DatasetVersion): LineageDataset {
  return {
    namespace, name,
    facets: {
      schema: facet('facets/1-0-0/SchemaDatasetFacet', { fields: columns.map((column) => ({ name: column.name, type: column.kind })) }),
      version: facet('facets/1-0-0/DatasetVersionDatasetFacet', { datasetVersion: String(version) }),
    },
  }
}

function facet(path: string, fields: object): object {
  return { _producer: producer, _schemaURL: `${schemas}/${path}.json#/$defs/${path.split('/').at(-1)}`, ...fields }
}
