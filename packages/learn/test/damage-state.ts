import type { ModelState, Tensor } from '../src/index.js'

/** Every way to damage a state by one step: a missing or foreign part, another dtype, shape or length, a number that is not finite. */
export function damagedStates(state: ModelState): { readonly damage: string; readonly state: unknown }[] {
  const damaged: { damage: string; state: unknown }[] = [
    { damage: 'no state', state: null },
    { damage: 'another format', state: { ...state, format: 'no-such-estimator/1' } },
    { damage: 'a later version', state: { ...state, format: state.format.replace(/\d+$/, '999') } },
    { damage: 'no json', state: { ...state, json: null } },
    { damage: 'no tensors', state: { ...state, tensors: undefined } },
  ]
  for (const name of Object.keys(state.json)) {
    const withJson = (damage: string, value: unknown): void => {
      damaged.push({ damage: `json ${name}: ${damage}`, state: { ...state, json: { ...state.json, [name]: value } } })
    }
    withJson('missing', undefined)
    withJson('an object', {})
    withJson('a negative number', -7e9)
    withJson('another word', 'other')
    if (typeof state.json[name] === 'number') withJson('larger by one half', (state.json[name] as number) + 0.5)
    if (Array.isArray(state.json[name])) withJson('a list of objects', [{}, {}])
  }
  for (const [name, tensor] of Object.entries(state.tensors)) {
    const withTensor = (damage: string, changed: unknown): void => {
      damaged.push({ damage: `tensor ${name}: ${damage}`, state: { ...state, tensors: { ...state.tensors, [name]: changed } } })
    }
    withTensor('missing', undefined)
    const [dtype, data] = tensor.dtype === 'I32' ? ['F64', new Float64Array(tensor.data.length)] as const : ['I32', new Int32Array(tensor.data.length)] as const
    withTensor('another dtype', { ...tensor, dtype, data })
    withTensor('a dtype that its array is not', { ...tensor, dtype })
    withTensor('a list for an array', { ...tensor, data: Array.from(tensor.data) })
    withTensor('another shape', { ...tensor, shape: [...tensor.shape, 2] })
    withTensor('a negative shape', { ...tensor, shape: tensor.shape.map((size) => -size - 1) })
    withTensor('a shape of no numbers', { ...tensor, shape: 'all' })
    withTensor('longer than its shape', { ...tensor, data: longer(tensor) })
    if (tensor.data.length > 0) withTensor('truncated', { ...tensor, data: tensor.data.slice(1) })
    if (tensor.data.length > 0 && tensor.dtype.startsWith('F')) {
      for (const value of [Number.NaN, Infinity]) withTensor(`${value} inside`, { ...tensor, data: tensor.data.map(() => value) })
    }
  }
  return damaged
}

function longer({ data }: Tensor): unknown {
  return new (data.constructor as new (length: number) => unknown)(data.length + 1)
}
