import { parseTenantId, type TenantId } from '@motadata/core'
import { ModelMemory, type SharedPart, type Sized } from '../../src/memory/model-memory.js'
import { FrameworkTelemetry } from '../../src/telemetry/framework-telemetry.js'

const [large, small, other] = ['large', 'small', 'other'].map(parseTenantId) as [TenantId, TenantId, TenantId]
const model = (sizeBytes: number, ...sharedParts: SharedPart[]): Sized => ({ sizeBytes, sharedParts })
const open = (budgetBytes: number, tenantBudgetBytes?: number): ModelMemory<Sized> =>
  new ModelMemory({ budgetBytes, telemetry: new FrameworkTelemetry(), ...(tenantBudgetBytes === undefined ? {} : { tenantBudgetBytes }) })

describe('ModelMemory', () => {
  it('makes room with the least recently used model of the tenant that is over its share', () => {
    const memory = open(10)
    memory.add(small, 'only', model(2))
    for (let number = 0; number < 4; number++) memory.add(large, `many-${number}`, model(2))
    expect(memory.get('only')).toBeDefined()
    expect(memory.get('many-0')).toBeDefined() // used now: the next to leave is another
    memory.add(other, 'new', model(2))
    expect(memory.get('many-1')).toBeUndefined()
    expect([memory.get('only'), memory.get('many-0'), memory.get('new')].every(Boolean)).toBe(true)
    expect(memory.usedBytes).toBe(10)
    expect(memory.usedBytesOf(large)).toBe(6)
  })

  it('takes the least recently used of all where nobody holds several above the share', () => {
    const memory = open(4)
    memory.add(large, 'a', model(3))
    memory.add(small, 'b', model(1))
    memory.get('a')
    memory.add(other, 'c', model(1))
    expect(memory.get('b')).toBeUndefined()
    expect(memory.get('a')).toBeDefined()
  })

  it('holds a tenant to its own budget, with its own models', () => {
    const memory = open(100, 4)
    memory.add(small, 'theirs', model(4))
    memory.add(large, 'a', model(2))
    memory.add(large, 'b', model(2))
    memory.add(large, 'c', model(2))
    expect(memory.entries(large)).toEqual([['b', 2], ['c', 2]])
    expect(memory.get('theirs')).toBeDefined()
    expect(() => memory.add(large, 'd', model(5))).toThrow(expect.objectContaining({ code: 'MODEL_TOO_LARGE' }))
  })

  it('counts a part that models share once, from the first that holds it to the last', () => {
    const memory = open(100)
    const base = { id: 'base', sizeBytes: 50 }
    memory.add(large, 'a', model(1, base))
    memory.add(small, 'b', model(2, base))
    expect(memory.usedBytes).toBe(53)
    expect([memory.usedBytesOf(large), memory.usedBytesOf(small)]).toEqual([1, 2])
    memory.remove('a')
    expect(memory.usedBytes).toBe(52)
    memory.remove('b')
    expect(memory.usedBytes).toBe(0)
    expect(() => memory.add(large, 'c', model(60, base))).toThrow(expect.objectContaining({ code: 'MODEL_TOO_LARGE' }))
  })

  it('never holds more than its budget, whoever asks in whatever order', () => {
    const memory = open(50, 30)
    let state = 7
    const next = (bound: number): number => (state = (state * 48_271) % 2_147_483_647) % bound
    for (let round = 0; round < 2_000; round++) {
      const tenant = [large, small, other][next(3)]!
      const key = `${tenant}-${next(20)}`
      if (!memory.get(key)) memory.add(tenant, key, model(1 + next(9)))
      expect(memory.usedBytes).toBeLessThanOrEqual(50)
      expect(memory.usedBytesOf(tenant)).toBeLessThanOrEqual(30)
    }
    memory.clear()
    expect(memory.usedBytes).toBe(0)
  })
})
