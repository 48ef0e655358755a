import type { RegisteredModel } from '@motadata/core'
import { acme, defer, FixedClock, globex } from '@motadata/testing'
import { ResolutionCache } from '../../src/memory/resolution-cache.js'

const modelOf = (champion: number): RegisteredModel => ({ name: 'tickets', description: '', createdAt: new Date(0), updatedAt: new Date(0), aliases: { champion } })
const open = () => {
  const clock = new FixedClock()
  return { clock, cache: new ResolutionCache({ clock, maxAgeMs: 5_000 }) }
}

describe('ResolutionCache', () => {
  it('remembers what was read, for its tenant, until it is too old', async () => {
    const { clock, cache } = open()
    await cache.read(acme, 'tickets', () => Promise.resolve(modelOf(1)))
    expect(cache.find(acme, 'tickets')?.model.aliases).toEqual({ champion: 1 })
    expect(cache.find(globex, 'tickets')).toBeUndefined()
    clock.advance(4_999)
    expect(cache.find(acme, 'tickets')).toBeDefined()
    clock.advance(1)
    expect(cache.find(acme, 'tickets')).toBeUndefined()
  })

  it('asks again when the clock went back, rather than remember for long', async () => {
    const { clock, cache } = open()
    await cache.read(acme, 'tickets', () => Promise.resolve(modelOf(1)))
    clock.advance(-60_000)
    expect(cache.find(acme, 'tickets')).toBeUndefined()
  })

  it('does not remember what was read before a change that it heard of while reading', async () => {
    const { cache } = open()
    const reading = defer<RegisteredModel>()
    const early = cache.read(acme, 'tickets', () => reading.promise)
    cache.forget(acme, 'tickets')
    const late = cache.read(acme, 'tickets', () => Promise.resolve(modelOf(2)))
    expect((await late).model.aliases).toEqual({ champion: 2 })
    reading.resolve(modelOf(1))
    expect((await early).model.aliases).toEqual({ champion: 1 })
    expect(cache.find(acme, 'tickets')?.model.aliases).toEqual({ champion: 2 })
  })

  it('remembers nothing of a read that failed', async () => {
    const { cache } = open()
    await expect(cache.read(acme, 'tickets', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone')
    expect(cache.find(acme, 'tickets')).toBeUndefined()
  })
})
