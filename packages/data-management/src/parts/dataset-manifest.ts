import { type ColumnKind, columnKinds, DataManagementError, sha256 } from '@motadata/core'

/** A column of a dataset. */
export interface DatasetColumn {
  readonly name: string
  readonly kind: ColumnKind
}

/** Some of a dataset's rows, in one Parquet file that is kept as an artifact. */
export interface DatasetPart {
  readonly sha256: string
  readonly sizeBytes: number
  readonly rowCount: number
  /** As they were when it was written; those of the dataset may be more, and wider, since. */
  readonly columns: readonly DatasetColumn[]
}

/** What a version of a dataset is: its columns, and its rows as parts in their order. Kept as an artifact, whose hash is the version's identity. */
export interface DatasetManifest {
  readonly format: 'dataset/1'
  readonly columns: readonly DatasetColumn[]
  readonly parts: readonly DatasetPart[]
}

/** The bytes of a manifest; the same manifest always has the same. */
export function encodeManifest(manifest: DatasetManifest): Uint8Array {
  const column = ({ name, kind }: DatasetColumn): DatasetColumn => ({ name, kind })
  return new TextEncoder().encode(JSON.stringify({
    format: manifest.format,
    columns: manifest.columns.map(column),
    parts: manifest.parts.map((part) => ({ sha256: part.sha256, sizeBytes: part.sizeBytes, rowCount: part.rowCount, columns: part.columns.map(column) })),
  }))
}

/** The identity of what a manifest describes: equal for equal rows that were ingested in the same steps. @returns 64 hexadecimal digits */
export function fingerprintOf(manifest: DatasetManifest): string {
  return sha256(encodeManifest(manifest))
}

/** @throws DataManagementError `DATA_MALFORMED` for bytes that are no manifest of a number that is known here */
export function decodeManifest(bytes: Uint8Array): DatasetManifest {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw malformed(cause)
  }
  const manifest = value as Partial<DatasetManifest> | null
  const isPart = (part: Partial<DatasetPart> | null): boolean =>
    /^[0-9a-f]{64}$/.test(part?.sha256 ?? '') && Number.isSafeInteger(part?.rowCount) && Number.isSafeInteger(part?.sizeBytes) && areColumns(part?.columns)
  const fits = manifest?.format === 'dataset/1' && areColumns(manifest.columns) && Array.isArray(manifest.parts) && manifest.parts.every(isPart)
  if (!fits) throw malformed()
  return manifest as DatasetManifest
}

function areColumns(columns: unknown): boolean {
  return Array.isArray(columns) &&
    columns.every((column: Partial<DatasetColumn> | null) => typeof column?.name === 'string' && columnKinds.includes(column.kind as ColumnKind))
}

function malformed(cause?: unknown): DataManagementError {
  return new DataManagementError('DATA_MALFORMED', "Expected the manifest of a dataset of the format 'dataset/1', got something else.", cause === undefined ? {} : { cause })
}
