import { rm } from 'node:fs/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Dataset } from '@motadata/core'
import type { DatasetPart } from '../parts/dataset-manifest.js'
import { keepParts } from '../parts/keep-parts.js'
import { writeParts } from '../parts/write-parts.js'
import type { StepFiles } from './step-files.js'

/** Keeps rows in memory as parts. @returns the parts, none for no rows */
export async function storeRows(dataset: Dataset, files: StepFiles & { readonly connection: DuckDBConnection }): Promise<readonly DatasetPart[]> {
  const staged = await writeParts(dataset, files)
  await keepParts(staged, files)
  for (const { path } of staged) await rm(path)
  return staged.map(({ sha256, sizeBytes, rowCount, columns }) => ({ sha256, sizeBytes, rowCount, columns }))
}
