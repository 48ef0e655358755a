import { type CellValue, columnKinds } from '@motadata/core'
import { type Static, Type } from '@sinclair/typebox'
import type { DatasetVersion, RegisteredDataset } from '../catalogue/dataset-version.js'
import type { Ingested } from '../data-manager.js'

const moment = Type.String({ format: 'date-time' })
const kind = Type.String({ enum: [...columnKinds] })
const columnName = Type.String({ minLength: 1, maxLength: 200 })
const cell = Type.Unsafe<CellValue>({ type: ['string', 'number', 'boolean', 'null'] })
const versionNumber = Type.Integer({ minimum: 1, maximum: 999_999_999 })

export const datasetParams = Type.Object({ name: Type.String({ description: "A dataset's name", examples: ['tickets'] }) })
export type DatasetParams = Static<typeof datasetParams>

export const versionParams = Type.Object({ ...datasetParams.properties, version: versionNumber })
export type VersionParams = Static<typeof versionParams>

export const pageQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  pageToken: Type.Optional(Type.String({ maxLength: 256, description: 'nextPageToken of the page before' })),
})
export type PageQuery = Static<typeof pageQuery>

export const rowsQuery = Type.Object({
  version: Type.Optional(versionNumber),
  asOf: Type.Optional(Type.String({ format: 'date-time', description: 'The version that was newest at this instant' })),
  column: Type.Optional(Type.Array(columnName, { description: 'Columns to read; repeat for several; default all' })),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1e12, default: 0 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 100 })),
})
export type RowsQuery = Static<typeof rowsQuery>

const mode = Type.String({ enum: ['replace', 'append'], description: 'Whether the version holds these rows only, or those of the newest version before them; default replace' })
const allow = Type.Array(Type.String({ enum: ['column-added', 'column-widened'] }), { description: 'Changes of the columns that appending may bring; default none' })
const label = Type.String({ maxLength: 500, description: 'What you call the source; kept with the version' })
const description = Type.String({ maxLength: 2_000 })
const redact = Type.Boolean({ description: 'Whether to replace personal data in columns of text by tokens before anything is kept; default no' })

// Unknown keys are let through here and refused by name in the handler: validators that cut them away would do it in silence.
export const ingestBody = Type.Object({
  name: Type.String({ description: "The dataset's name" }),
  rows: Type.Array(Type.Object({}, { additionalProperties: cell }), { description: 'Values by column name' }),
  columnKinds: Type.Optional(Type.Record(Type.String(), kind, { description: 'Kinds of columns, where inference would guess wrong' })),
  mode: Type.Optional(mode), allow: Type.Optional(allow), label: Type.Optional(label), description: Type.Optional(description), redact: Type.Optional(redact),
}, { examples: [{ name: 'tickets', rows: [{ text: 'VPN is down', category: 'network' }], columnKinds: { text: 'text' } }] })
export type IngestBody = Static<typeof ingestBody>

export const ingestQuery = Type.Object({
  name: Type.Optional(Type.String({ description: "The dataset's name" })),
  format: Type.Optional(Type.String({ enum: ['csv', 'ndjson'], description: 'What a gzip file holds; default csv' })),
  mode: Type.Optional(mode), allow: Type.Optional(allow), label: Type.Optional(label), description: Type.Optional(description), redact: Type.Optional(redact),
  text: Type.Optional(Type.Array(columnName, { description: 'Columns of free text; repeat for several' })),
  category: Type.Optional(Type.Array(columnName, { description: 'Columns of categories' })),
  number: Type.Optional(Type.Array(columnName, { description: 'Columns of numbers' })),
  boolean: Type.Optional(Type.Array(columnName, { description: 'Columns of true and false' })),
  instant: Type.Optional(Type.Array(columnName, { description: 'Columns of ISO 8601 instants' })),
})
export type IngestQuery = Static<typeof ingestQuery>

export const ingestHeaders = Type.Object({
  'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: 'The same key gives the same version' })),
})

export const datasetAnswer = Type.Object({
  name: Type.String(), description: Type.String(), latestVersion: Type.Integer(), createdAt: moment, updatedAt: moment,
  archivedAt: Type.Optional(Type.String({ format: 'date-time', description: 'Since when it takes no more rows' })),
}, { title: 'Dataset' })

export const versionAnswer = Type.Object({
  name: Type.String(), version: Type.Integer(), fingerprint: Type.String({ description: 'The hash of its columns and rows' }),
  rowCount: Type.Integer(), sizeBytes: Type.Integer({ description: 'As stored' }),
  columns: Type.Array(Type.Object({ name: Type.String(), kind })),
  origin: Type.Object({
    kind: Type.String({ enum: ['rows', 'file', 'stream', 'pipeline'] }), label: Type.Optional(Type.String()), badRowCount: Type.Integer(), appendedTo: Type.Optional(Type.Integer()),
    redaction: Type.Optional(Type.Object({}, { additionalProperties: true, description: 'That personal data was redacted as it was taken in' })),
    erasedRowCount: Type.Optional(Type.Integer({ description: 'Rows that erasures have taken out of it since' })),
    pipeline: Type.Optional(Type.String()), runId: Type.Optional(Type.String()),
    sources: Type.Optional(Type.Array(Type.Object({ dataset: Type.String(), version: Type.Integer(), fingerprint: Type.String() }), { description: 'The versions that its rows were made of' })),
  }),
  createdBy: Type.String(), createdAt: moment,
}, { title: 'DatasetVersion' })

export const ingestedAnswer = Type.Object({
  version: versionAnswer,
  badRowCount: Type.Integer({ description: 'Rows that could not be read and are not in the version' }),
  badRows: Type.Array(Type.Object({ line: Type.Integer(), column: Type.Optional(Type.String()), reason: Type.String() }), { description: 'The first of them' }),
}, { title: 'IngestedDataset' })

const nextPageToken = Type.Optional(Type.String({ description: 'Where the next page begins; none behind the last' }))
export const datasetPageAnswer = Type.Object({ datasets: Type.Array(datasetAnswer), nextPageToken })
export const versionPageAnswer = Type.Object({ versions: Type.Array(versionAnswer), nextPageToken })

export const rowsAnswer = Type.Object({
  version: Type.Integer(), rowCount: Type.Integer({ description: 'Of the whole version' }),
  rows: Type.Array(Type.Record(Type.String(), Type.Unknown())),
})

export const validationBody = Type.Object({
  version: Type.Optional(versionNumber),
  expectations: Type.Array(Type.Object({ kind: Type.String() }, { additionalProperties: true }), { minItems: 1, maxItems: 1_000, description: 'What is expected; see DataValidator' }),
}, { examples: [{ expectations: [{ kind: 'not-null', column: 'text' }, { kind: 'compare', column: 'resolved_at', operator: '>=', other: 'opened_at' }] }] })
export type ValidationBody = Static<typeof validationBody>

export const validationAnswer = Type.Object({
  format: Type.String(), passed: Type.Boolean(), rowCount: Type.Integer(), columnCount: Type.Integer(),
  results: Type.Array(Type.Object({
    expectation: Type.Object({ kind: Type.String() }, { additionalProperties: true }), description: Type.String(), severity: Type.String(), passed: Type.Boolean(),
    checkedRows: Type.Integer(), failedRows: Type.Integer(), rows: Type.Array(Type.Integer(), { description: 'The first rows that fail, from 1' }),
    observed: Type.Optional(Type.String()),
    distribution: Type.Optional(Type.Object({ bins: Type.Array(Type.String()), reference: Type.Array(Type.Number()), current: Type.Array(Type.Number()) })),
  })),
}, { title: 'ValidationReport' })

export const expectationsAnswer = Type.Object({ expectations: Type.Array(Type.Object({ kind: Type.String() }, { additionalProperties: true })) })

export function toDatasetAnswer({ createdAt, updatedAt, archivedAt, ...rest }: RegisteredDataset): Static<typeof datasetAnswer> {
  return { ...rest, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString(), ...(archivedAt && { archivedAt: archivedAt.toISOString() }) }
}

export function toVersionAnswer({ createdAt, ...rest }: DatasetVersion): object {
  return { ...rest, createdAt: createdAt.toISOString() }
}

export function toIngestedAnswer({ version, badRowCount, badRows }: Ingested): object {
  return { version: toVersionAnswer(version), badRowCount, badRows }
}
