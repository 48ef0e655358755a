import type { LoadedClassifier } from '../src/artifact/loaded-model.js'
import { decodeModelArtifact } from '../src/artifact/model-artifact.js'

/** An artifact that must be one of classes. */
export function decodeClassifier(artifact: Uint8Array): LoadedClassifier {
  const model = decodeModelArtifact(artifact)
  if (model.kind !== 'classifier') throw new Error(`Expected a model of classes, got a ${model.kind}.`)
  return model
}
