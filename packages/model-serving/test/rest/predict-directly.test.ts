import AjvCompiler from '@fastify/ajv-compiler'
import fc from 'fast-check'
import { instancesOf } from '../../src/rest/predict-directly.js'
import { predictBody } from '../../src/rest/predict-schemas.js'

const fitsSchema = AjvCompiler()({}, { customOptions: { coerceTypes: false, allowUnionTypes: true } })({ schema: predictBody } as never) as (value: unknown) => boolean

const cell = fc.oneof(fc.string(), fc.double(), fc.integer(), fc.boolean(), fc.constant(null))
const oddCell = fc.oneof({ weight: 8, arbitrary: cell }, fc.array(cell), fc.dictionary(fc.string(), cell))
const names = fc.oneof(fc.constantFrom('entityKey', 'text', 'instances', '__proto__', 'constructor'), fc.string())
const instance = fc.oneof({ weight: 8, arbitrary: fc.dictionary(names, oddCell) }, oddCell)
const body = fc.oneof(
  { weight: 8, arbitrary: fc.record({ instances: fc.array(instance) }) }, fc.dictionary(names, fc.oneof(fc.array(instance), oddCell)), fc.jsonValue(),
)

describe('instancesOf', () => {
  test('takes only bodies that the schema takes', () => {
    fc.assert(fc.property(body, (value) => {
      const read = JSON.parse(JSON.stringify(value)) as { instances?: unknown }
      const taken = instancesOf(read)
      if (taken === undefined) return
      expect(fitsSchema(read)).toBe(true)
      expect(taken).toBe(read.instances)
    }), { numRuns: 2_000 })
  })

  test('takes every body of plain instances', () => {
    fc.assert(fc.property(fc.array(fc.dictionary(fc.string({ minLength: 1 }).filter((name) => name !== 'entityKey' && name !== '__proto__'), cell)), (instances) => {
      expect(instancesOf(JSON.parse(JSON.stringify({ instances })))).toHaveLength(instances.length)
    }))
  })

  test.each([
    ['a list', []], ['null', null], ['a text', 'x'], ['nothing', {}], ['another name', { instances: [], model: 'x' }], ['an object of instances', { instances: {} }],
    ['a number beyond all', { instances: [{ impact: Infinity }] }], ['a list as a cell', { instances: [{ text: ['x'] }] }], ['an entity key that is a number', { instances: [{ entityKey: 1 }] }],
    ['a long entity key', { instances: [{ entityKey: 'x'.repeat(257) }] }],
  ])('leaves %s to the framework', (_name, value) => {
    expect(instancesOf(value)).toBeUndefined()
  })
})
