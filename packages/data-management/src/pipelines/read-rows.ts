import type { Dataset } from '@motadata/core'
import type { DatasetManifest, DatasetPart } from '../parts/dataset-manifest.js'
import { readParts } from '../parts/read-parts.js'
import type { StepWork } from './run-step.js'

/** All rows of an input, in memory. */
export function readRows({ connection, files }: StepWork, { columns, parts }: DatasetManifest, only: readonly DatasetPart[] = parts): Promise<Dataset> {
  return readParts(only, { columns, offset: 0, limit: Number.MAX_SAFE_INTEGER }, { ...files, connection })
}
