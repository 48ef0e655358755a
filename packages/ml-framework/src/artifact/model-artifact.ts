import { createHash } from 'node:crypto'
import { isMLError, type ModelSignature, modelTypes } from '@motadata/core'
import type { Tensor } from '@motadata/learn'
import { isRecord } from '../processing/nested-state.js'
import { LoadedClassifier, type LoadedModel, LoadedRegressor, type ModelManifest } from './loaded-model.js'
import { baseOf, damaged, loadParts, type ModelParts, partStates } from './model-pipeline.js'
import { parseBoundedJson } from './parse-bounded-json.js'
import { decodeSafetensors, encodeSafetensors, type SafetensorsFile, safetensorsPieces } from './safetensors.js'

/** What an artifact is and which version of that; readers of old numbers stay. */
export const modelArtifactFormat = 'motadata-model/2'

/** Of models that are built on a base; releases that do not know bases refuse it by its number. */
const basedArtifactFormat = 'motadata-model/3'

/** The format in which parts are written. */
export function artifactFormatOf(parts: ModelParts): string {
  return baseOf(parts) ? basedArtifactFormat : modelArtifactFormat
}

/** Every number that can be read: 1 had a processor and a classifier, and nothing else. */
export const readableArtifactFormats: readonly string[] = ['motadata-model/1', modelArtifactFormat, basedArtifactFormat]

const firstKeys = [
  'checksum', 'classes', 'dataset_fingerprint', 'estimator', 'format', 'metrics', 'model_type', 'pipeline', 'seed', 'signature', 'versions',
]
const keysOf: Readonly<Record<string, readonly string[]>> = {
  'motadata-model/1': firstKeys,
  [modelArtifactFormat]: ['abstention', ...firstKeys],
  [basedArtifactFormat]: ['abstention', ...firstKeys],
}

/**
 * The artifact of a trained model: a safetensors file whose metadata is the manifest. It holds no times, so the same data, seed and
 * package versions give the same bytes.
 */
export function encodeModelArtifact(manifest: ModelManifest, parts: ModelParts): Uint8Array {
  const tensors = new Map<string, Tensor>()
  const pipeline: Record<string, unknown> = {}
  for (const [part, state] of partStates(parts)) {
    pipeline[part] = { format: state.format, json: state.json }
    for (const [name, tensor] of Object.entries(state.tensors)) tensors.set(`${part}/${name}`, tensor)
  }
  const classes = 'classifier' in parts ? parts.classifier.classes : []
  const metadata = new Map([
    ['format', artifactFormatOf(parts)],
    ['model_type', manifest.modelType],
    ['pipeline', JSON.stringify(pipeline)],
    ['signature', JSON.stringify(manifest.signature)],
    ['classes', JSON.stringify(classes)],
    ['abstention', JSON.stringify(('classifier' in parts && parts.thresholds) || null)],
    ['estimator', JSON.stringify(manifest.estimator)],
    ['seed', String(manifest.seed)],
    ['dataset_fingerprint', manifest.datasetFingerprint],
    ['metrics', JSON.stringify(manifest.metrics)],
    ['versions', JSON.stringify(manifest.versions)],
  ])
  return encodeSafetensors({ metadata: new Map([...metadata, ['checksum', checksumOf({ metadata, tensors })]]), tensors })
}

/**
 * A model out of an artifact that may be truncated, altered or hostile. No code in it runs: it is numbers and text, each checked
 * before use.
 *
 * @throws ModelLoadError `MODEL_LOAD_FAILED`
 */
export function decodeModelArtifact(bytes: Uint8Array): LoadedModel {
  try {
    return readModel(decodeSafetensors(bytes))
  } catch (cause) {
    if (isMLError(cause, 'MODEL_LOAD_FAILED')) throw cause
    throw damaged('parts that fit together', 'parts that can not be read', cause)
  }
}

function readModel(file: SafetensorsFile): LoadedModel {
  const { metadata } = file
  const format = metadata.get('format') ?? 'none'
  if (!readableArtifactFormats.includes(format)) {
    throw damaged(`one of the formats ${readableArtifactFormats.join(', ')}, which this version reads`, `'${format.slice(0, 40)}'`)
  }
  const keys = keysOf[format]!
  if ([...metadata.keys()].sort().join() !== keys.join()) throw damaged(`the metadata ${keys.join(', ')}`, 'other keys')
  const { checksum, ...rest } = Object.fromEntries(metadata)
  const content = { metadata: new Map(Object.entries(rest)), tensors: file.tensors }
  if (checksum !== checksumOf(content)) throw damaged('content with the checksum it says', 'another checksum')

  const json = (key: string): unknown => parseBoundedJson(key, metadata.get(key)!)
  const parts = loadParts(json('pipeline'), file.tensors, metadata.has('abstention') ? json('abstention') : null)
  if (artifactFormatOf(parts) !== format && format !== 'motadata-model/1') throw damaged(`parts of the format ${artifactFormatOf(parts)}`, format)
  const manifest = readManifest(metadata)
  const classes = 'classifier' in parts ? parts.classifier.classes : []
  const output: ModelSignature['output'] = 'classifier' in parts ? { kind: 'class', classes } : { kind: 'number' }
  const signature: ModelSignature = { inputs: parts.processor.inputs, output }
  if (JSON.stringify(signature) !== metadata.get('signature') || JSON.stringify(classes) !== metadata.get('classes')) {
    throw damaged('the signature and classes of its parts', 'others')
  }
  if ((manifest.modelType === 'classification') !== 'classifier' in parts) throw damaged(`parts of a model of ${manifest.modelType}`, 'others')
  return 'classifier' in parts ? new LoadedClassifier(manifest, parts) : new LoadedRegressor(manifest, parts)
}

function readManifest(metadata: ReadonlyMap<string, string>): ModelManifest {
  const record = (key: string): Record<string, unknown> => {
    const value = parseBoundedJson(key, metadata.get(key)!)
    if (!isRecord(value)) throw damaged(`an object as ${key}`, 'another value')
    return value
  }
  const modelType = modelTypes.find((type) => type === metadata.get('model_type'))
  if (!modelType) throw damaged(`one of ${modelTypes.join(', ')} as model_type`, 'another')
  const seed = Number(metadata.get('seed'))
  if (!Number.isSafeInteger(seed)) throw damaged('a whole number as seed', 'another value')
  return {
    modelType,
    signature: record('signature') as unknown as ModelManifest['signature'],
    estimator: record('estimator') as unknown as ModelManifest['estimator'],
    seed,
    datasetFingerprint: metadata.get('dataset_fingerprint')!,
    metrics: record('metrics') as ModelManifest['metrics'],
    versions: record('versions') as ModelManifest['versions'],
  }
}

/** SHA-256 of the file as it would be without its checksum. */
export function checksumOf(file: SafetensorsFile): string {
  const hash = createHash('sha256')
  for (const piece of safetensorsPieces(file)) hash.update(piece)
  return hash.digest('hex')
}
