import { createHash } from 'node:crypto'
import { isMLError, ModelLoadError, modelTypes } from '@motadata/core'
import { type FittedClassifier, loadClassifier, type ModelState, type Tensor } from '@motadata/learn'
import { FittedProcessor } from '../processing/fitted-processor.js'
import { isRecord } from '../processing/nested-state.js'
import { LoadedModel, type ModelManifest } from './loaded-model.js'
import { parseBoundedJson } from './parse-bounded-json.js'
import { decodeSafetensors, encodeSafetensors, type SafetensorsFile } from './safetensors.js'

/** What an artifact is and which version of that; readers of old numbers stay. */
export const modelArtifactFormat = 'motadata-model/1'

const parts = ['processor', 'classifier'] as const
const keys = [
  'checksum', 'classes', 'dataset_fingerprint', 'estimator', 'format', 'metrics', 'model_type', 'pipeline', 'seed', 'signature', 'versions',
]

/**
 * The artifact of a trained model: a safetensors file whose metadata is the manifest. It holds no times, so the same data, seed and
 * package versions give the same bytes.
 */
export function encodeModelArtifact(manifest: ModelManifest, processor: FittedProcessor, classifier: FittedClassifier): Uint8Array {
  const states: Record<(typeof parts)[number], ModelState> = { processor: processor.toState(), classifier: classifier.toState() }
  const tensors = new Map<string, Tensor>()
  const pipeline: Record<string, unknown> = {}
  for (const part of parts) {
    pipeline[part] = { format: states[part].format, json: states[part].json }
    for (const [name, tensor] of Object.entries(states[part].tensors)) tensors.set(`${part}/${name}`, tensor)
  }
  const metadata = new Map([
    ['format', modelArtifactFormat],
    ['model_type', manifest.modelType],
    ['pipeline', JSON.stringify(pipeline)],
    ['signature', JSON.stringify(manifest.signature)],
    ['classes', JSON.stringify(classifier.classes)],
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
  const format = metadata.get('format')
  if (format !== modelArtifactFormat) {
    throw damaged(`the format '${modelArtifactFormat}', which this version reads`, `'${(format ?? 'none').slice(0, 40)}'`)
  }
  if ([...metadata.keys()].sort().join() !== keys.join()) throw damaged(`the metadata ${keys.join(', ')}`, 'other keys')
  const { checksum, ...rest } = Object.fromEntries(metadata)
  const content = { metadata: new Map(Object.entries(rest)), tensors: file.tensors }
  if (checksum !== checksumOf(content)) throw damaged('content with the checksum it says', 'another checksum')

  const pipeline = parseBoundedJson('pipeline', metadata.get('pipeline')!)
  const processor = FittedProcessor.load(stateOf('processor', pipeline, file.tensors))
  const classifier = loadClassifier(stateOf('classifier', pipeline, file.tensors))
  const featureCount = processor.denseColumnCount + processor.sparseColumnCount
  if (classifier.featureCount !== featureCount) {
    throw damaged(`a classifier of ${featureCount} features`, `one of ${classifier.featureCount}`)
  }
  const manifest = readManifest(metadata)
  const signature: unknown = { inputs: processor.inputs, output: { kind: 'class', classes: classifier.classes } }
  if (JSON.stringify(signature) !== metadata.get('signature') || JSON.stringify(classifier.classes) !== metadata.get('classes')) {
    throw damaged('the signature and classes of its parts', 'others')
  }
  return new LoadedModel(manifest, processor, classifier)
}

function stateOf(part: (typeof parts)[number], pipeline: unknown, tensors: ReadonlyMap<string, Tensor>): ModelState {
  const state = isRecord(pipeline) && Object.hasOwn(pipeline, part) ? pipeline[part] : undefined
  if (!isRecord(state) || typeof state['format'] !== 'string' || !isRecord(state['json'])) {
    throw damaged(`a format and JSON of the ${part}`, 'something else')
  }
  const own = [...tensors].filter(([name]) => name.startsWith(`${part}/`))
  const named = own.map(([name, tensor]) => [name.slice(part.length + 1), tensor])
  return { format: state['format'], json: state['json'], tensors: Object.fromEntries(named) }
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
function checksumOf(file: SafetensorsFile): string {
  return createHash('sha256').update(encodeSafetensors(file)).digest('hex')
}

function damaged(expected: string, received: string, cause?: unknown): ModelLoadError {
  return new ModelLoadError(
    'MODEL_LOAD_FAILED',
    `Expected ${expected} in a model artifact, got ${received}. Train or register the model again.`,
    { details: { expected, received }, ...(cause === undefined ? {} : { cause }) },
  )
}
