import { copyFile, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { MLError, type RequestContext } from '@motadata/core'
import { readPartFiles } from '../parts/read-parts.js'
import { type StagedPart, writeParts } from '../parts/write-parts.js'
import type { DatasetRedactionOptions, Redactor } from '../redactor.js'
import type { StagedDataset } from '../staging/staged-rows.js'

export interface StagedRedaction {
  readonly redactor: Redactor
  readonly connection: DuckDBConnection
  readonly folder: string
  readonly throwIfEnded: () => void
}

/**
 * Rows that are taken in, with personal data replaced before anything of them is kept: parts one at a time, and the texts of rows that go into
 * quarantine.
 *
 * @returns parts in the folder
 * @throws MLError `COLUMN_MISSING`, and as {@link Redactor.redactDataset}
 */
export async function redactStaged(context: RequestContext, staged: StagedDataset, options: DatasetRedactionOptions, { redactor, connection, folder, throwIfEnded }: StagedRedaction): Promise<StagedDataset> {
  const names = staged.columns.map(({ name }) => name)
  const missing = options.columns?.find((name) => !names.includes(name))
  if (missing !== undefined) {
    throw new MLError('COLUMN_MISSING', `Expected a column to redact, got '${missing.slice(0, 100)}'. There are ${names.slice(0, 20).join(', ')}.`, { details: { column: missing.slice(0, 100), columns: names.slice(0, 100) } })
  }
  const parts: StagedPart[] = []
  for (const [at, part] of staged.parts.entries()) {
    throwIfEnded()
    const own = join(folder, `redacted-${at}`)
    await mkdir(own)
    const path = join(own, 'plain.parquet') // the engine reads its own folder only
    await copyFile(part.path, path)
    const plain = await readPartFiles(connection, [{ ...part, path }], part.columns)
    await rm(path)
    const columns = options.columns?.filter((name) => plain.columns.has(name))
    const { dataset } = await redactor.redactDataset(context, plain, { ...options, ...(columns === undefined ? {} : { columns }) })
    parts.push(...(await writeParts(dataset, { connection, folder: own, throwIfEnded })))
  }
  const { texts } = await redactor.redact(context, staged.rejected.map(({ text }) => text ?? null), options.kinds === undefined ? {} : { kinds: options.kinds })
  const rejected = staged.rejected.map((row, at) => ({ ...row, ...(texts[at] === null || texts[at] === undefined ? {} : { text: texts[at] }) }))
  return { ...staged, parts, rejected }
}
