import { DataManagementError, MLError } from '@motadata/core'

/** The errors that say what the catalogue does not have, or no longer takes. */
export function datasetNotFound(name: string): DataManagementError {
  return new DataManagementError('DATASET_NOT_FOUND', `Expected the name of a dataset, got '${name}', which is none. List the datasets to see what there is.`, {
    details: { dataset: name },
  })
}

export function datasetVersionNotFound(name: string, asked: number | string | Date): DataManagementError {
  const what = asked instanceof Date ? `one as of ${asked.toISOString()}, when it had none` : `${asked}, which is none`
  return new DataManagementError('DATASET_VERSION_NOT_FOUND', `Expected a version of '${name}', got ${what}. List its versions to see what there is.`, {
    details: { dataset: name, asked: asked instanceof Date ? asked.toISOString() : asked },
  })
}

export function datasetArchived(name: string): DataManagementError {
  return new DataManagementError('DATASET_ARCHIVED', `Expected a dataset in use, got '${name}', which is archived: it takes no more rows. Use another name.`, {
    details: { dataset: name },
  })
}

export function keyOfOtherDataset(name: string, other: string): MLError {
  return new MLError('INPUT_INVALID', `Expected an idempotency key of '${name}', got one that made a version of '${other}'. Use another key.`, {
    details: { field: 'idempotencyKey', dataset: name, received: other },
  })
}

export function datasetErased(name: string, { fingerprint, successor, version }: { readonly fingerprint: string; readonly successor: string; readonly version: number }): DataManagementError {
  return new DataManagementError(
    'DATASET_ERASED', `Expected the hash of a version of '${name}', got ${fingerprint}, which version ${version} had before it lost rows to an erasure. What is left has the hash ${successor}.`,
    { details: { dataset: name, version, fingerprint, successor } },
  )
}
