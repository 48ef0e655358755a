import { defer, until } from '../src/index.js'

describe('until', () => {
  it('gives the first answer that is not undefined', async () => {
    let asked = 0
    expect(await until(() => (++asked < 3 ? undefined : asked))).toBe(3)
    expect(await until(() => Promise.resolve(null))).toBeNull()
  })

  it('fails when the answer stays away', async () => {
    await expect(until(() => undefined, { withinMs: 20 })).rejects.toThrow('20 ms')
  })

  it('passes an error on', async () => {
    await expect(until(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  })
})

describe('defer', () => {
  it('gives a promise that the test settles', async () => {
    const [kept, broken] = [defer<number>(), defer()]
    kept.resolve(7)
    broken.reject(new Error('broken'))
    expect(await kept.promise).toBe(7)
    await expect(broken.promise).rejects.toThrow('broken')
  })
})
