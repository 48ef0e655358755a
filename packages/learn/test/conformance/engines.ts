import type { ClassifierEstimator, EstimatorEntry, RegressorEstimator } from '../../src/index.js'
import { type KernelEngine, withKernelEngine } from '../../src/kernels/kernel-engine.js'
import { settingsOf } from './settings.js'

/** Each entry with each engine that its kernels may run in. */
export function withEngines<Entry extends EstimatorEntry>(entries: readonly Entry[]): { readonly entry: Entry; readonly engine: KernelEngine }[] {
  return entries.flatMap((entry) => (settingsOf(entry).usesKernels ? ['wasm', 'javascript'] as const : ['wasm'] as const).map((engine) => ({ entry, engine })))
}

/** The same estimator, whose fits run in an engine. */
export function inEngine<Estimator extends ClassifierEstimator | RegressorEstimator>(engine: KernelEngine, estimator: Estimator): Estimator {
  if (engine === 'wasm') return estimator
  const fit = (...given: unknown[]): unknown => withKernelEngine(engine, () => (estimator.fit as (...given: unknown[]) => unknown).apply(estimator, given))
  return Object.create(estimator, { fit: { value: fit } }) as Estimator
}
