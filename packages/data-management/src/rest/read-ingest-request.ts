import { type ColumnKind, columnKinds, MLError } from '@motadata/core'
import type { IngestRequest } from '../data-manager.js'
import { ingestBody, type IngestBody, ingestQuery, type IngestQuery } from './dataset-schemas.js'

export const uploadTypes = ['text/csv', 'application/x-ndjson', 'application/gzip']

/** What rows in a JSON body ask for. @throws MLError `INPUT_INVALID` for a key that is not documented */
export function requestOfBody(body: IngestBody): IngestRequest {
  checkKeys(body, Object.keys(ingestBody.properties))
  const { rows, ...rest } = body
  return { source: { rows }, ...(rest as Partial<IngestRequest> & Pick<IngestBody, 'name'>) }
}

/** What a file in the body asks for, with the query beside it. @throws MLError `NAME_INVALID` without a name, `INPUT_INVALID`, `MEDIA_TYPE_UNSUPPORTED` */
export function requestOfUpload(
  upload: { readonly stream: AsyncIterable<Uint8Array>; readonly mediaType: string; readonly encoding: string | undefined; readonly query: IngestQuery },
): IngestRequest {
  const { stream, mediaType, encoding, query } = upload
  const { name = '', format, text, category, number, boolean, instant, ...rest } = query
  checkKeys(query, Object.keys(ingestQuery.properties))
  const packed = encoding !== undefined && encoding.trim().toLowerCase() !== 'identity'
  if (packed && encoding.trim().toLowerCase() !== 'gzip') {
    throw new MLError('MEDIA_TYPE_UNSUPPORTED', 'Expected a body as it is or with content-encoding gzip, got another encoding.', { details: { field: 'content-encoding', expected: 'gzip' } })
  }
  const own = mediaType === 'text/csv' ? 'csv' : mediaType === 'application/x-ndjson' ? 'ndjson' : undefined
  if (own !== undefined && format !== undefined && format !== own) throw invalid('format', `${own}, as the content type says`, format)
  const form = own ?? (format === 'ndjson' ? 'ndjson' : 'csv')
  return {
    name, source: { stream, format: form },
    reading: { compression: packed || own === undefined ? 'gzip' : 'none' },
    columnKinds: kindsOf({ text, category, number, boolean, instant }),
    ...(rest as Partial<IngestRequest>),
  }
}

function kindsOf(columns: Readonly<Record<ColumnKind, readonly string[] | undefined>>): Record<string, ColumnKind> {
  const kinds = new Map<string, ColumnKind>()
  for (const kind of columnKinds) {
    for (const column of columns[kind] ?? []) {
      if (kinds.has(column)) throw invalid(kind, `one kind for column '${column}'`, `${kinds.get(column)} and ${kind}`)
      kinds.set(column, kind)
    }
  }
  return Object.fromEntries(kinds)
}

function checkKeys(given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((key) => !known.includes(key))
  if (unknown !== undefined) throw invalid(unknown.slice(0, 80), `one of ${known.join(', ')}`, 'another key')
}

function invalid(field: string, expected: string, received: string): MLError {
  return new MLError('INPUT_INVALID', `Expected ${expected} in '${field}', got ${received}.`, { details: { field, expected, received } })
}
