import { ModelLoadError } from '@motadata/core'
import {
  FittedTransferHead, loadCalibrator, loadClassifier, loadRegressor, type ModelState, type PrecisionThresholds, PredictionIntervals, PredictionSets, type Tensor, TransferBase,
} from '@motadata/learn'
import { FittedProcessor } from '../processing/fitted-processor.js'
import { isRecord } from '../processing/nested-state.js'
import type { ClassifierParts, RegressorParts } from './loaded-model.js'

export type ModelParts = ClassifierParts | RegressorParts

/** The names that parts have in an artifact; tensors stand under `name/…`. */
const partNames = ['processor', 'base', 'classifier', 'regressor', 'calibrator', 'prediction-sets', 'intervals'] as const
type PartName = (typeof partNames)[number]

/** The states of a model's parts, in the order of their names above. */
export function partStates(parts: ModelParts): ReadonlyMap<PartName, ModelState> {
  const states = new Map<PartName, ModelState>([['processor', parts.processor.toState()]])
  if ('classifier' in parts) {
    const base = baseOf(parts)
    if (base) states.set('base', base.toState())
    states.set('classifier', parts.classifier.toState())
    if (parts.calibrator) states.set('calibrator', parts.calibrator.toState())
    if (parts.predictionSets) states.set('prediction-sets', parts.predictionSets.toState())
  } else {
    states.set('regressor', parts.regressor.toState())
    if (parts.intervals) states.set('intervals', parts.intervals.toState())
  }
  return states
}

/** What a model stands on that is built on another; undefined of one that stands by itself. */
export function baseOf(parts: ModelParts): TransferBase | undefined {
  return 'classifier' in parts && parts.classifier instanceof FittedTransferHead ? parts.classifier.base : undefined
}

/**
 * The parts of a pipeline as an artifact carries it, which may be damaged: each is checked by itself, and that they fit together.
 *
 * @throws ModelLoadError `MODEL_LOAD_FAILED`
 */
export function loadParts(pipeline: unknown, tensors: ReadonlyMap<string, Tensor>, abstention: unknown): ModelParts {
  if (!isRecord(pipeline)) throw damaged('an object as pipeline', 'another value')
  const names = Object.keys(pipeline)
  if (names.some((name) => !partNames.includes(name as PartName))) throw damaged(`the parts ${partNames.join(', ')}`, 'others')
  const states = new Map(names.map((name) => [name, stateOf(name, pipeline[name], tensors)]))
  const used = [...states.values()].reduce((sum, state) => sum + Object.keys(state.tensors).length, 0)
  if (used !== tensors.size) throw damaged('tensors of its parts only', 'others beside them')
  const processorState = states.get('processor')
  if (!processorState) throw damaged('a processor', 'none')
  const processor = FittedProcessor.load(processorState)
  const allowed = states.has('classifier') ? ['processor', 'base', 'classifier', 'calibrator', 'prediction-sets'] : ['processor', 'regressor', 'intervals']
  if (names.some((name) => !allowed.includes(name))) throw damaged(`the parts ${allowed.join(', ')}`, names.slice(0, 10).join(', '))
  const parts = states.has('classifier') ? loadClassifierParts(processor, states, abstention) : loadRegressorParts(processor, states, abstention)
  const features = processor.denseColumnCount + processor.sparseColumnCount
  const expected = 'classifier' in parts ? parts.classifier.featureCount : parts.regressor.featureCount
  if (expected !== features) throw damaged(`an estimator of ${features} features`, `one of ${expected}`)
  return parts
}

function loadClassifierParts(processor: FittedProcessor, states: ReadonlyMap<string, ModelState>, abstention: unknown): ClassifierParts {
  const [state, baseState] = [states.get('classifier')!, states.get('base')]
  const classifier = baseState ? FittedTransferHead.load(state, TransferBase.load(baseState)) : loadClassifier(state)
  const calibratorState = states.get('calibrator')
  const setsState = states.get('prediction-sets')
  const calibrator = calibratorState && loadCalibrator(calibratorState)
  const predictionSets = setsState && PredictionSets.load(setsState)
  const classCount = classifier.classes.length
  if (calibrator && calibrator.classCount !== classCount) throw damaged(`a calibrator of ${classCount} classes`, `one of ${calibrator.classCount}`)
  if (predictionSets && predictionSets.bounds.length !== classCount) {
    throw damaged(`prediction sets of ${classCount} classes`, `ones of ${predictionSets.bounds.length}`)
  }
  const thresholds = abstention === null ? undefined : readThresholds(abstention, classifier.classes)
  return { processor, classifier, ...(calibrator && { calibrator }), ...(thresholds && { thresholds }), ...(predictionSets && { predictionSets }) }
}

function loadRegressorParts(processor: FittedProcessor, states: ReadonlyMap<string, ModelState>, abstention: unknown): RegressorParts {
  const state = states.get('regressor')
  if (!state) throw damaged('a classifier or a regressor', 'neither')
  if (abstention !== null) throw damaged('no abstention of a regressor', 'some')
  const intervals = states.get('intervals')
  return { processor, regressor: loadRegressor(state), ...(intervals && { intervals: PredictionIntervals.load(intervals) }) }
}

function readThresholds(value: unknown, classes: readonly string[]): PrecisionThresholds {
  const isShare = (share: unknown): boolean => typeof share === 'number' && share >= 0 && share <= 1
  const isCount = (count: unknown): boolean => Number.isSafeInteger(count) && (count as number) >= 0
  const isClass = (item: unknown, code: number): boolean =>
    isRecord(item) && item['label'] === classes[code] && (item['threshold'] === null || isShare(item['threshold']))
    && ['predictedRows', 'acceptedRows', 'correctRows'].every((name) => isCount(item[name]))
  const given = isRecord(value) ? value : {}
  const horizon = given['horizonRows']
  const list = given['classes']
  const isWhole = isShare(given['promisedPrecision']) && isShare(given['confidence']) && isShare(given['coverage'])
    && (given['scope'] === 'all-classes' || given['scope'] === 'each-class') && (horizon === null || isCount(horizon))
    && Array.isArray(list) && list.length === classes.length && list.every(isClass)
  if (!isWhole) throw damaged('thresholds of its classes', 'others')
  return value as PrecisionThresholds
}

function stateOf(name: string, given: unknown, tensors: ReadonlyMap<string, Tensor>): ModelState {
  if (!isRecord(given) || typeof given['format'] !== 'string' || !isRecord(given['json'])) {
    throw damaged(`a format and JSON of the ${name}`, 'something else')
  }
  const own = [...tensors].filter(([tensor]) => tensor.startsWith(`${name}/`))
  const named = own.map(([tensor, value]) => [tensor.slice(name.length + 1), value])
  return { format: given['format'], json: given['json'], tensors: Object.fromEntries(named) }
}

export function damaged(expected: string, received: string, cause?: unknown): ModelLoadError {
  return new ModelLoadError(
    'MODEL_LOAD_FAILED',
    `Expected ${expected} in a model artifact, got ${received}. Train or register the model again.`,
    { details: { expected, received }, ...(cause === undefined ? {} : { cause }) },
  )
}
