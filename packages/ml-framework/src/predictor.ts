import { randomBytes } from 'node:crypto'
import { setImmediate as afterOthers } from 'node:timers/promises'
import {
  type ClassPrediction, type Clock, encodePredictionId, type ExplanationOptions, type Instance, type KeyRing, MLError, type
  ModelSignature, type NumberPrediction, type Prediction, type PredictionIdentityClaims, PredictionError, type RequestContext, type SecretKey, throwIfEnded,
} from '@motadata/core'
import { acceptedClass } from '@motadata/learn'
import type { LoadedClassifier, LoadedRegressor } from './artifact/loaded-model.js'
import type { ModelInMemory } from './model-manager.js'
import { createExplainer } from './prediction/create-explainer.js'
import { PredictionKeys } from './prediction/prediction-keys.js'
import { readEntityKey } from './prediction/read-entity-key.js'

export interface PredictorOptions {
  readonly keys: KeyRing
  readonly clock: Clock
}

type Writable<Value> = { -readonly [Field in keyof Value]: Value[Field] }

/** Instances predicted in one go; between two goes, others get their turn. */
const rowsAtOnce = 128
const rowsExplainedAtOnce = 16

/**
 * What does this loaded model say about these instances? One prediction an instance, in their order.
 *
 * A bare text stands for an instance where the model has one required input, of text.
 */
export class Predictor {
  readonly #keys: PredictionKeys
  readonly #clock: Clock
  /** Tells this process's predictions from those of others; with a count, each from the next. */
  readonly #nonce = randomBytes(6).toString('base64url')
  #count = 0

  constructor(options: PredictorOptions) {
    this.#keys = new PredictionKeys(options)
    this.#clock = options.clock
  }

  /**
   * @throws MLError `INSTANCES_EMPTY`, `INPUT_INVALID`, `COLUMN_INVALID` (with `details.instance`, from 0), `VALUE_NOT_FINITE`,
   * `CANCELLED`, `DEADLINE_EXCEEDED`
   * @example
   * await predictor.predict(context, await models.load(context, { name: 'ticket_classifier' }), [{ text: 'VPN is down' }])
   */
  async predict(context: RequestContext, loaded: ModelInMemory, instances: readonly (Instance | string)[]): Promise<Prediction[]> {
    checkInstances(instances)
    const key = this.#keys.find(context.tenantId) ?? await this.#keys.read(context.tenantId)
    const predictions: Prediction[] = []
    this.#predictSome(context, loaded, instances, predictions, key)
    while (predictions.length < instances.length) {
      await afterOthers()
      throwIfEnded(context, this.#clock.nowMs())
      this.#predictSome(context, loaded, instances, predictions, key)
    }
    return predictions
  }

  /**
   * The same without a promise, for as many instances as go at once and a tenant that asked a moment ago; else undefined, and nothing
   * was done. A single prediction is so short that a promise counts.
   */
  predictAtOnce(context: RequestContext, loaded: ModelInMemory, instances: readonly (Instance | string)[]): Prediction[] | undefined {
    checkInstances(instances)
    const key = this.#keys.find(context.tenantId)
    if (key === undefined || instances.length > rowsAtOnce) return undefined
    const predictions: Prediction[] = []
    this.#predictSome(context, loaded, instances, predictions, key)
    return predictions
  }

  /**
   * Predictions as by `predict`, each with what every word and field added to its score.
   *
   * @throws MLError as `predict`, `EXPLANATION_UNAVAILABLE`, `INPUT_INVALID` for a class that the model does not have
   * @example
   * const [{ explanation }] = await predictor.explain(context, loaded, [{ text: 'VPN is down' }])
   */
  async explain(
    context: RequestContext, loaded: ModelInMemory, instances: readonly (Instance | string)[], options: ExplanationOptions = {},
  ): Promise<Prediction[]> {
    checkInstances(instances)
    const key = this.#keys.find(context.tenantId) ?? await this.#keys.read(context.tenantId)
    const explain = createExplainer(loaded.model, options)
    const predictions: Prediction[] = []
    for (let position = 0; position < instances.length; position++) {
      if (position > 0 && position % rowsExplainedAtOnce === 0) {
        await afterOthers()
        throwIfEnded(context, this.#clock.nowMs())
      }
      const prediction = this.#predictOne(context, loaded, instances[position]!, position, key)
      // The row's buffers still hold this instance: nothing awaited since.
      predictions.push({ ...prediction, explanation: explain(prediction.label) })
    }
    return predictions
  }

  /**
   * Probabilities of all classes, calibrated, in the order of the model's classes.
   *
   * @returns shape (instances, classes); rows sum to 1
   * @throws MLError as `predict`, `INPUT_INVALID` for a model of numbers
   * @example
   * const { classes, probabilities } = await predictor.predictProba(context, loaded, [{ text: 'VPN is down' }])
   */
  async predictProba(
    context: RequestContext, loaded: ModelInMemory, instances: readonly (Instance | string)[],
  ): Promise<{ readonly classes: readonly string[]; readonly probabilities: readonly (readonly number[])[] }> {
    const { classes } = loaded.version.signature.output
    if (classes === undefined) {
      throw new PredictionError('INPUT_INVALID', `Expected a model of classes, got '${loaded.version.name}', which predicts numbers. Use predict.`, {
        details: { model: loaded.version.name },
      })
    }
    const predictions = await this.predict(context, loaded, instances)
    return { classes, probabilities: predictions.map(({ probabilities }) => classes.map((label) => probabilities![label]!)) }
  }

  /** Goes on where the predictions end. */
  #predictSome(
    context: RequestContext, loaded: ModelInMemory, instances: readonly (Instance | string)[], predictions: Prediction[], key: SecretKey,
  ): void {
    const end = Math.min(predictions.length + rowsAtOnce, instances.length)
    for (let position = predictions.length; position < end; position++) {
      predictions.push(this.#predictOne(context, loaded, instances[position]!, position, key))
    }
  }

  #predictOne(
    context: RequestContext, { version, model }: ModelInMemory, given: Instance | string, position: number, key: SecretKey,
  ): Prediction {
    const { row, processor } = model
    const instance = typeof given === 'string' ? instanceOfText(given, position, version.signature) : given
    const warnings = processor.encode(instance, row, position)
    const entityKey = readEntityKey(instance, position)
    const identity: Writable<PredictionIdentityClaims> = {
      tenantId: context.tenantId, model: version.name, version: version.version,
      predictedAtMs: this.#clock.nowMs(), nonce: this.#nonce + (this.#count++).toString(36),
    }
    if (entityKey !== undefined) identity.entityKey = entityKey
    const predictionId = encodePredictionId(identity, key)
    const prediction = model.kind === 'classifier' ? classOf(model, predictionId) : numberOf(model, predictionId)
    // set one by one: a spread costs more than the whole id
    if (entityKey !== undefined) prediction.entityKey = entityKey
    if (warnings !== undefined) prediction.warnings = warnings
    return prediction
  }
}

function classOf(model: LoadedClassifier, predictionId: string): Writable<ClassPrediction> {
  const { row, probabilities, classifier, calibrator, thresholds, predictionSets } = model
  classifier.predictRow(row, probabilities)
  if (calibrator) calibrator.calibrateRow(probabilities)
  const { classes } = classifier
  const byLabel: Record<string, number> = {}
  let best = 0
  for (let code = 0; code < classes.length; code++) {
    byLabel[classes[code]!] = probabilities[code]!
    if (probabilities[code]! > probabilities[best]!) best = code
  }
  const prediction: Writable<ClassPrediction> = { kind: 'class', predictionId, label: classes[best]!, probability: probabilities[best]!, probabilities: byLabel }
  if (thresholds) prediction.abstained = acceptedClass(probabilities, thresholds) < 0
  if (predictionSets) prediction.predictionSet = predictionSets.setOf(probabilities).map((code) => classes[code]!)
  return prediction
}

function numberOf({ row, regressor, intervals }: LoadedRegressor, predictionId: string): Writable<NumberPrediction> {
  const value = regressor.predictRow(row)
  const prediction: Writable<NumberPrediction> = { kind: 'number', predictionId, value }
  if (intervals) prediction.interval = intervals.around(value)
  return prediction
}

function checkInstances(instances: unknown): void {
  const details = { field: 'instances' }
  if (!Array.isArray(instances)) {
    throw new PredictionError('INPUT_INVALID', 'Expected a list of instances, got something else.', { details })
  }
  if (instances.length === 0) {
    throw new PredictionError('INSTANCES_EMPTY', 'Expected at least one instance to predict about, got none.', { details })
  }
}

function instanceOfText(text: string, position: number, signature: ModelSignature): Instance {
  const [input] = signature.inputs
  if (input?.required && input.kind === 'text') return { [input.name]: text }
  const names = signature.inputs.slice(0, 20).map(({ name }) => name).join(', ')
  throw new MLError(
    'INPUT_INVALID',
    `Expected instance ${position} to be an object with ${names}, got a bare text, which stands for a model's only input of text.`,
    { details: { instance: position, field: `instances[${position}]`, expected: `an object with ${names}`, received: 'a text' } },
  )
}
