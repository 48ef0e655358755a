import { randomBytes } from 'node:crypto'
import { setImmediate as afterOthers } from 'node:timers/promises'
import {
  type ClassPrediction, type Clock, encodePredictionId, type Instance, type KeyRing, MLError, type ModelSignature, type
  Prediction, type PredictionIdentityClaims, PredictionError, type RequestContext, type SecretKey, throwIfEnded,
} from '@motadata/core'
import type { ModelInMemory } from './model-manager.js'
import { PredictionKeys } from './prediction/prediction-keys.js'
import { readEntityKey } from './prediction/read-entity-key.js'

export interface PredictorOptions {
  readonly keys: KeyRing
  readonly clock: Clock
}

type Writable<Value> = { -readonly [Field in keyof Value]: Value[Field] }

/** Instances predicted in one go; between two goes, others get their turn. */
const rowsAtOnce = 128

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
  ): ClassPrediction {
    const { row, probabilities, processor, classifier } = model
    const instance = typeof given === 'string' ? instanceOfText(given, position, version.signature) : given
    const warnings = processor.encode(instance, row, position)
    const entityKey = readEntityKey(instance, position)
    classifier.predictRow(row, probabilities)

    const { classes } = classifier
    const byLabel: Record<string, number> = {}
    let best = 0
    for (let code = 0; code < classes.length; code++) {
      byLabel[classes[code]!] = probabilities[code]!
      if (probabilities[code]! > probabilities[best]!) best = code
    }
    const identity: Writable<PredictionIdentityClaims> = {
      tenantId: context.tenantId, model: version.name, version: version.version,
      predictedAtMs: this.#clock.nowMs(), nonce: this.#nonce + (this.#count++).toString(36),
    }
    if (entityKey !== undefined) identity.entityKey = entityKey
    const prediction: Writable<ClassPrediction> = {
      kind: 'class', predictionId: encodePredictionId(identity, key), label: classes[best]!, probability: probabilities[best]!, probabilities: byLabel,
    }
    // set one by one: a spread costs more than the whole id
    if (entityKey !== undefined) prediction.entityKey = entityKey
    if (warnings !== undefined) prediction.warnings = warnings
    return prediction
  }
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
