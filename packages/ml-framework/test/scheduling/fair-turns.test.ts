import { FairTurns } from '../../src/scheduling/fair-turns.js'

/** Takes turns that end only when told, and notes who began. */
const watch = (turns: FairTurns) => {
  const begun: string[] = []
  const ends: (() => void)[] = []
  const take = (owner: string, signal?: AbortSignal): Promise<void> => turns.take(owner, signal).then((end) => {
    begun.push(owner)
    ends.push(end)
  })
  return { begun, take, endOne: async (): Promise<void> => {
    ends.shift()!()
    await new Promise(setImmediate)
  } }
}

describe('FairTurns', () => {
  it('lets so many at once and the others wait', async () => {
    const { begun, take, endOne } = watch(new FairTurns(2))
    const all = Promise.all([take('a'), take('a'), take('b')])
    await new Promise(setImmediate)
    expect(begun).toEqual(['a', 'a'])
    await endOne()
    await all
    expect(begun).toEqual(['a', 'a', 'b'])
  })

  it('comes round the owners, however many turns one of them waits for', async () => {
    const { begun, take, endOne } = watch(new FairTurns(1))
    const all = Promise.all(['a', 'a', 'a', 'a', 'b', 'c', 'b'].map((owner) => take(owner)))
    await new Promise(setImmediate)
    for (let i = 0; i < 6; i++) await endOne()
    await all
    expect(begun).toEqual(['a', 'a', 'b', 'c', 'a', 'b', 'a'])
  })

  it('takes who cancels out of the line', async () => {
    const { begun, take, endOne } = watch(new FairTurns(1))
    await take('a')
    const cancelling = new AbortController()
    const waiting = take('b', cancelling.signal)
    const behind = take('b')
    cancelling.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' })
    await endOne()
    await behind
    expect(begun).toEqual(['a', 'b'])
  })

  it('refuses who has cancelled already', async () => {
    await expect(new FairTurns(1).take('a', AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  it('ends a turn once, however often that is said', async () => {
    const turns = new FairTurns(1)
    const end = await turns.take('a')
    end()
    end()
    const { begun, take } = watch(turns)
    void take('b')
    void take('c')
    await new Promise(setImmediate)
    expect(begun).toEqual(['b'])
  })
})
