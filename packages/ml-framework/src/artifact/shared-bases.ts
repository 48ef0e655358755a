import { sha256 } from '@motadata/core'
import { type FittedClassifier, FittedTransferHead, hashState } from '@motadata/learn'
import type { SharedPart } from '../memory/model-memory.js'
import type { FittedProcessor } from '../processing/fitted-processor.js'
import { LoadedClassifier, type LoadedModel } from './loaded-model.js'

/** Every model on a base holds both; so they are there as long as one of the models is. */
interface Held {
  readonly processor: WeakRef<FittedProcessor>
  readonly classifier: WeakRef<FittedClassifier>
}

/**
 * What models are built on, held once: models whose features and base are equal, byte by byte, stand on the same ones. Equality is found by
 * hashes of what was loaded, never by what an artifact says of itself, so no tenant can reach another's base by naming it.
 */
export class SharedBases {
  readonly #known = new Map<string, Held>()

  /** The model as it is, or on a base that is in memory already. */
  share(model: LoadedModel): LoadedModel {
    if (model.kind !== 'classifier' || !(model.classifier instanceof FittedTransferHead)) return model
    for (const [id, { processor }] of this.#known) if (processor.deref() === undefined) this.#known.delete(id)
    const { classifier, processor } = model
    const id = sha256(Buffer.from(`${hashState(processor.toState())} ${classifier.base.classifierHash}`))
    const known = this.#known.get(id)
    const own = { processor: known?.processor.deref() ?? processor, classifier: known?.classifier.deref() ?? classifier.base.classifier }
    this.#known.set(id, { processor: new WeakRef(own.processor), classifier: new WeakRef(own.classifier) })
    const shared: SharedPart = { id, sizeBytes: own.processor.sizeBytes + own.classifier.sizeBytes }
    const { manifest, calibrator, thresholds, predictionSets } = model
    return new LoadedClassifier(manifest, {
      processor: own.processor, classifier: classifier.standingOn(own.classifier),
      ...(calibrator && { calibrator }), ...(thresholds && { thresholds }), ...(predictionSets && { predictionSets }),
    }, shared)
  }
}
