import { ModelLoadError } from '@motadata/core'
import type { ModelState, Tensor } from '@motadata/learn'

/** One state out of several: each part's JSON under its name, its tensors under `name/…`. */
export function joinStates(format: string, json: ModelState['json'], parts: Readonly<Record<string, ModelState>>): ModelState {
  const tensors: Record<string, Tensor> = {}
  const states: Record<string, { readonly format: string; readonly json: unknown }> = {}
  for (const [name, part] of Object.entries(parts)) {
    states[name] = { format: part.format, json: part.json }
    for (const [tensor, value] of Object.entries(part.tensors)) tensors[`${name}/${tensor}`] = value
  }
  return { format, json: { ...json, parts: states }, tensors }
}

/**
 * The parts of a state that {@link joinStates} made, which may be damaged.
 *
 * @throws ModelLoadError `MODEL_LOAD_FAILED` when the format is another, or the parts are not exactly those
 */
export function splitState(state: ModelState, format: string, names: readonly string[]): Record<string, ModelState> {
  if (state.format !== format) throw stateDamaged(`the format '${format}'`, `'${String(state.format).slice(0, 40)}'`)
  const parts = state.json['parts']
  if (!isRecord(parts) || Object.keys(parts).sort().join() !== [...names].sort().join()) {
    throw stateDamaged(`the parts ${names.slice(0, 20).join(', ')} of ${format}`, 'others')
  }
  const found = Object.fromEntries(names.map((name) => [name, partOf(state, name, parts[name])]))
  const used = Object.values(found).reduce((sum, part) => sum + Object.keys(part.tensors).length, 0)
  if (used !== Object.keys(state.tensors).length) throw stateDamaged(`tensors of ${names.join(', ')} only`, 'others beside them')
  return found
}

function partOf(state: ModelState, name: string, part: unknown): ModelState {
  if (!isRecord(part) || typeof part['format'] !== 'string' || !isRecord(part['json'])) {
    throw stateDamaged(`a format and JSON of '${name}'`, 'something else')
  }
  const prefix = `${name}/`
  const own = Object.entries(state.tensors).filter(([tensor]) => tensor.startsWith(prefix))
  const tensors = Object.fromEntries(own.map(([tensor, value]) => [tensor.slice(prefix.length), value]))
  return { format: part['format'], json: part['json'], tensors }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function stateDamaged(expected: string, received: string): ModelLoadError {
  return new ModelLoadError(
    'MODEL_LOAD_FAILED',
    `Expected ${expected} in a model artifact, got ${received}. The file is altered or of another version; train or register the model again.`,
    { details: { expected, received } },
  )
}
