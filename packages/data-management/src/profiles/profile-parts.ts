import type { DuckDBConnection } from '@duckdb/node-api'
import type { ColumnProfile, DatasetProfile, FrequentValue } from '@motadata/core'
import { quoteName, quoteText } from '../engine/sql-text.js'
import type { DatasetColumn, DatasetManifest } from '../parts/dataset-manifest.js'
import { withPartsView } from '../parts/parts-view.js'
import type { PartsReader } from '../parts/read-parts.js'
import { findPii } from '../privacy/find-pii.js'
import { aggregatesOf, correlationsOf, profileOf } from './column-aggregates.js'
import { textProfileOf } from './text-traits.js'

const sampledTexts = 1_000

/** What a version is like, in one pass of the engine over its parts, which lie in files; memory holds sketches and a sample of texts. */
export async function profileParts(manifest: DatasetManifest, reader: PartsReader): Promise<DatasetProfile> {
  const { columns, parts } = manifest
  const rowCount = parts.reduce((sum, part) => sum + part.rowCount, 0)
  if (rowCount === 0) return { format: 'dataset-profile/1', rowCount, columns: columns.map((column, at) => profileOf(column, at, 0, {})), correlations: [] }
  return withPartsView(manifest, reader, async ({ view }) => {
    const profiled = await profileColumns(reader.connection, columns, { view, rowCount })
    reader.throwIfEnded()
    return { format: 'dataset-profile/1', rowCount, ...profiled, columns: await sampleTexts(reader.connection, profiled.columns, view) }
  })
}

async function profileColumns(connection: DuckDBConnection, columns: readonly DatasetColumn[], { view, rowCount }: { readonly view: string; readonly rowCount: number }): Promise<Pick<DatasetProfile, 'columns' | 'correlations'>> {
  const pairs = correlationsOf(columns)
  const selected = [...columns.flatMap(aggregatesOf), ...pairs.map(({ sql }, at) => `${sql} as correlation_${at}`)]
  const [values = {}] = (await connection.runAndReadAll(`select ${selected.join(', ')} from ${view}`)).getRowObjectsJS() as Record<string, unknown>[]
  return {
    columns: columns.map((column, at): ColumnProfile => {
      const profile = profileOf(column, at, rowCount, values)
      if (column.kind === 'text') return { ...profile, texts: { shortest: Number(values[`shortest_${at}`] ?? 0), longest: Number(values[`longest_${at}`] ?? 0), meanLength: Number(values[`length_${at}`] ?? 0), languages: {}, personalData: {}, sampled: 0 } }
      return { ...profile, frequent: ((values[`frequent_${at}`] ?? []) as string[]).map((value): FrequentValue => ({ value, count: 0 })) }
    }),
    correlations: pairs.flatMap(({ columns: pair }, at) => {
      const value = values[`correlation_${at}`]
      return typeof value === 'number' && Number.isFinite(value) ? [{ columns: pair, value }] : []
    }),
  }
}

/** Counts the values that were found frequent, and looks at some texts: of text and category columns both, as a caller is a category too. */
async function sampleTexts(connection: DuckDBConnection, columns: readonly ColumnProfile[], view: string): Promise<ColumnProfile[]> {
  const worded = columns.filter(({ kind }) => kind === 'text' || kind === 'category')
  if (worded.length === 0) return [...columns]
  const selected = worded.map(({ name }) => quoteName(name)).join(', ')
  const sample = (await connection.runAndReadAll(`select ${selected} from (select ${selected} from ${view} using sample reservoir(${sampledTexts} rows) repeatable (1))`)).getColumns()
  const texts = new Map(worded.map(({ name }, at) => [name, (sample[at] ?? []).filter((value) => value !== null).map(String)]))
  const counts = await countFrequent(connection, columns, view)
  return columns.map((column) => {
    const own = texts.get(column.name)
    if (!own) return column
    const traits = textProfileOf(own)
    if (column.kind === 'text') return { ...column, texts: { ...column.texts!, ...traits } }
    // a caller's name is not for everybody who may look at a profile
    const frequent = (counts.get(column.name) ?? []).filter(({ value }) => findPii(String(value)).length === 0)
    return { ...column, frequent, ...(Object.keys(traits.personalData).length > 0 ? { texts: { ...lengthsOf(own), ...traits } } : {}) }
  })
}

async function countFrequent(connection: DuckDBConnection, columns: readonly ColumnProfile[], view: string): Promise<ReadonlyMap<string, readonly FrequentValue[]>> {
  const asked = columns.flatMap(({ name, frequent }) => frequent.map(({ value }) => ({ name, value })))
  if (asked.length === 0) return new Map()
  const counted = await connection.runAndReadAll(`select ${asked.map(({ name, value }, at) => `count(*) filter (${quoteName(name)} = ${quoteText(String(value))}) as c${at}`).join(', ')} from ${view}`)
  const [counts = []] = counted.getRows()
  const found = new Map<string, FrequentValue[]>()
  asked.forEach(({ name, value }, at) => found.set(name, [...(found.get(name) ?? []), { value, count: Number(counts[at]) }]))
  for (const [name, values] of found) found.set(name, values.sort((a, b) => b.count - a.count || (String(a.value) < String(b.value) ? -1 : 1)))
  return found
}

function lengthsOf(texts: readonly string[]): { readonly shortest: number; readonly longest: number; readonly meanLength: number } {
  const lengths = texts.map((text) => [...text].length)
  return { shortest: Math.min(...lengths), longest: Math.max(...lengths), meanLength: lengths.reduce((sum, length) => sum + length, 0) / lengths.length }
}
