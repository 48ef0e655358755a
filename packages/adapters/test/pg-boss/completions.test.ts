import type { PgBoss } from 'pg-boss'
import { defer } from '@motadata/testing'
import { Completions } from '../../src/pg-boss/completions.js'

describe('completions', () => {
  const setUp = () => {
    const calls: { readonly ids: readonly string[]; readonly answer: ReturnType<typeof defer<void>> }[] = []
    const boss = {
      complete: async (_: string, jobs: readonly { readonly id: string }[]) => {
        const answer = defer()
        calls.push({ ids: jobs.map(({ id }) => id), answer })
        await answer.promise
      },
    } as unknown as PgBoss
    return { calls, completions: new Completions({ boss, kind: 'any' }) }
  }
  const turn = () => new Promise((resolve) => setImmediate(resolve))

  it('that come while one is under way go together in the next', async () => {
    const { calls, completions } = setUp()
    const first = completions.add({ id: 'a', retryCount: 0 })
    await turn()
    const others = ['b', 'c'].map((id) => completions.add({ id, retryCount: 1 }))
    await turn()
    expect(calls.map(({ ids }) => ids)).toEqual([['a']])
    calls[0]!.answer.resolve()
    await first
    await turn()
    expect(calls.map(({ ids }) => ids)).toEqual([['a'], ['b', 'c']])
    calls[1]!.answer.resolve()
    await Promise.all(others)
  })

  it('that fail are reported to those who asked for them, and keep none that come later', async () => {
    const { calls, completions } = setUp()
    const first = completions.add({ id: 'a', retryCount: 0 })
    await turn()
    const second = completions.add({ id: 'b', retryCount: 0 })
    calls[0]!.answer.reject(new Error('the database is away'))
    await expect(first).rejects.toThrow('the database is away')
    await turn()
    calls[1]!.answer.resolve()
    await expect(second).resolves.toBeUndefined()
  })
})
