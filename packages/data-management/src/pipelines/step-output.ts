import type { ValidationReport } from '@motadata/core'
import { type DatasetManifest, fingerprintOf } from '../parts/dataset-manifest.js'

/** The rows that a step gave: their manifest, whose hash they are known by. */
export interface StepOutput {
  readonly manifest: DatasetManifest
  readonly fingerprint: string
  /** Of a step that validates. */
  readonly report?: ValidationReport
}

export function outputOf(manifest: DatasetManifest, report?: ValidationReport): StepOutput {
  return { manifest, fingerprint: fingerprintOf(manifest), ...(report ? { report } : {}) }
}

/** Rows of a manifest. */
export function rowCountOf({ parts }: DatasetManifest): number {
  return parts.reduce((sum, { rowCount }) => sum + rowCount, 0)
}
