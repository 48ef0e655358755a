import { fromRecords } from '@motadata/core'
import type { VersionRegistration } from '../src/model-registry.js'
import { trainModel } from '../src/training/train-model.js'
import { makeTickets } from './tickets.js'

/** A trained state of tickets, to register; another for another seed. */
export function makeRegistration(changes: Partial<VersionRegistration> & { readonly seed?: number; readonly rows?: number } = {}): VersionRegistration {
  const { seed = 1, rows = 60, ...rest } = changes
  const dataset = fromRecords(makeTickets(rows, seed).map(({ text, category }) => ({ text, category })), { text: 'text' })
  const outcome = trainModel({ dataset, spec: { modelId: 'tickets', modelType: 'classification', target: 'category', seed } }, () => undefined)
  return { name: 'tickets', ...outcome, ...rest }
}
