import type { ExplanationOptions, InferenceService, Instance, ModelReference, PredictionBatch, RequestContext } from '@motadata/core'
import { MLError } from '@motadata/core'

/** An InferenceService that answers from what it is asked: the label is the instance's `label` column. It knows the models `echo` and `strange`. */
export class EchoInference implements InferenceService {
  readonly asked: { readonly context: RequestContext; readonly model: ModelReference; readonly instances: readonly Instance[] }[] = []
  /** Runs before the answer. */
  before: () => void | Promise<void> = () => undefined

  async predict(context: RequestContext, model: ModelReference, instances: readonly Instance[]): Promise<PredictionBatch> {
    this.asked.push({ context, model, instances })
    await this.before()
    return this.answer(model, instances)
  }

  protected answer(model: ModelReference, instances: readonly Instance[]): PredictionBatch {
    if (model.name !== 'echo') {
      throw new MLError('MODEL_NOT_FOUND', `Expected a model of this tenant, got '${model.name}'. Train it first.`, { details: { model: model.name } })
    }
    return {
      model: { name: model.name, version: model.version ?? 1 },
      predictions: instances.map((instance, i) => {
        const label = typeof instance['label'] === 'string' ? instance['label'] : 'network'
        return {
          predictionId: `p${i}`,
          kind: 'class',
          label,
          probability: 0.75,
          probabilities: Object.fromEntries([[label, 0.75], ['other', 0.25]]),
          ...(typeof instance['entityKey'] === 'string' ? { entityKey: instance['entityKey'] } : {}),
          ...(instance['text'] === undefined ? { warnings: [{ code: 'COLUMN_ABSENT', column: 'text', message: 'no text' }] as const } : {}),
        }
      }),
    }
  }

  async explain(context: RequestContext, model: ModelReference, instances: readonly Instance[], options: ExplanationOptions = {}): Promise<PredictionBatch> {
    const batch = await this.predict(context, model, instances)
    const explanationOf = (label: string) => ({
      method: 'linear' as const, label, score: 2, intercept: 0.5, fields: [{ source: 'text', contribution: 1.5 }],
      terms: [{ source: 'text', name: 'vpn', contribution: 1 }].slice(0, options.termCount), otherTerms: 0.5,
    })
    return {
      ...batch,
      predictions: batch.predictions.map((prediction) => ({ ...prediction, explanation: explanationOf(options.label ?? prediction.label ?? '') })),
    }
  }
}

/** The same, and without a promise as long as nothing is to be done before its answer. */
export class PromptEchoInference extends EchoInference {
  readonly #nothing = this.before
  answeredAtOnce = 0

  predictAtOnce(context: RequestContext, model: ModelReference, instances: readonly Instance[]): PredictionBatch | undefined {
    if (this.before !== this.#nothing) return undefined
    const batch = this.answer(model, instances)
    this.asked.push({ context, model, instances })
    this.answeredAtOnce++
    return batch
  }
}
