import { PlatformError } from '@motadata/core'
import { CollectingLogger } from '@motadata/testing'
import { retryWhileUnavailable } from '../../src/process/retry-while-unavailable.js'

const down = new PlatformError('STORAGE_UNAVAILABLE', 'Expected the database server to answer, got ECONNREFUSED.')

/** Fails with each of the errors in turn, then succeeds. */
function failing(...errors: readonly Error[]): { attempt: () => Promise<string>; readonly count: () => number } {
  let count = 0
  const attempt = (): Promise<string> => {
    const error = errors[count++]
    return error ? Promise.reject(error) : Promise.resolve('opened')
  }
  return { attempt, count: () => count }
}

describe('what needs a storage engine', () => {
  it('is tried until that answers, with a line each time that says why and when again', async () => {
    const logger = new CollectingLogger()
    const { attempt, count } = failing(down, down, down)
    expect(await retryWhileUnavailable(attempt, { logger, firstDelayMs: 1, longestDelayMs: 2 })).toBe('opened')
    expect(count()).toBe(4)
    expect(logger.records).toEqual([1, 2, 3].map((attempts) => ({
      level: 'warn',
      message: 'the storage that this process stands on does not answer; trying again',
      fields: { attempts, retryInMs: expect.any(Number), reason: expect.stringContaining('ECONNREFUSED') },
    })))
  })

  it('waits longer each time, up to a bound, give or take a quarter', async () => {
    const logger = new CollectingLogger()
    await retryWhileUnavailable(failing(down, down, down, down, down).attempt, { logger, firstDelayMs: 4, longestDelayMs: 16 })
    const delays = logger.records.map(({ fields }) => fields['retryInMs'] as number)
    for (const [i, expected] of [4, 8, 16, 16, 16].entries()) {
      expect(delays[i]).toBeGreaterThanOrEqual(Math.floor(expected * 0.75))
      expect(delays[i]).toBeLessThanOrEqual(Math.ceil(expected * 1.25))
    }
  })

  it('is tried again also when the outage broke something else, such as a migration', async () => {
    const broken = new PlatformError('MIGRATION_FAILED', 'Expected the schema to come to its newest version.', { cause: down })
    expect(await retryWhileUnavailable(failing(broken).attempt, { logger: new CollectingLogger(), firstDelayMs: 1 })).toBe('opened')
  })

  it('is given up at once on what does not mend itself', async () => {
    const newer = new PlatformError('MIGRATION_FAILED', 'Expected a schema of this release, got a newer one.')
    const { attempt, count } = failing(newer)
    await expect(retryWhileUnavailable(attempt, { logger: new CollectingLogger() })).rejects.toBe(newer)
    expect(count()).toBe(1)
  })

  it('is given up when the process is told to stop', async () => {
    const stop = new AbortController()
    const logger = new CollectingLogger()
    const waiting = retryWhileUnavailable(() => Promise.reject(down), { logger, signal: stop.signal, firstDelayMs: 600_000, longestDelayMs: 600_000 })
    stop.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})
