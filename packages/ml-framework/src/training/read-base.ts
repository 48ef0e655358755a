import { TrainingError } from '@motadata/core'
import { FittedTransferHead } from '@motadata/learn'
import type { LoadedClassifier } from '../artifact/loaded-model.js'
import { decodeModelArtifact } from '../artifact/model-artifact.js'

/**
 * The classifier that a model is built on.
 *
 * @param reference - What it is called, for messages.
 * @throws TrainingError `INPUT_INVALID` for a model of numbers, and for one that is built on a base itself
 * @throws ModelLoadError `MODEL_LOAD_FAILED`
 */
export function readBase(artifact: Uint8Array, reference: string): LoadedClassifier {
  const loaded = decodeModelArtifact(artifact)
  if (loaded.kind === 'regressor') throw baseInvalid(reference, 'a model of classes', 'one of numbers')
  if (loaded.classifier instanceof FittedTransferHead) throw baseInvalid(reference, 'a model that stands by itself', 'one that has a base')
  return loaded
}

function baseInvalid(reference: string, expected: string, received: string): TrainingError {
  return new TrainingError('INPUT_INVALID', `Expected ${expected} as base, got ${received}: ${reference}.`, { details: { field: 'base', expected, received } })
}
