import { MLError } from '@motadata/core'
import { createStderrLogger } from '../../src/node/stderr-logger.js'

describe('the logger on standard error', () => {
  const collect = (level?: 'debug' | 'info' | 'warn' | 'error'): { lines: string[]; logger: ReturnType<typeof createStderrLogger> } => {
    const lines: string[] = []
    return { lines, logger: createStderrLogger({ ...(level ? { level } : {}), write: (line) => void lines.push(line) }) }
  }

  it('writes warnings and errors, a JSON line each, and nothing less', () => {
    const { lines, logger } = collect()
    logger.debug({}, 'no')
    logger.info({}, 'no')
    logger.warn({ jobId: 'j' }, 'slow\nqueue')
    logger.error({}, 'broken')
    expect(lines.map((line) => line.endsWith('\n') && !line.slice(0, -1).includes('\n'))).toEqual([true, true])
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/), level: 'warn', message: 'slow\nqueue', jobId: 'j' },
      { time: expect.any(String), level: 'error', message: 'broken' },
    ])
  })

  it('writes more when told to', () => {
    const { lines, logger } = collect('debug')
    logger.debug({}, 'yes')
    expect(lines).toHaveLength(1)
  })

  it('writes errors with their code and cause, and bears what JSON does not', () => {
    const { lines, logger } = collect()
    const circular: Record<string, unknown> = { twice: [] }
    circular.self = circular
    const error = new MLError('STORAGE_UNAVAILABLE', 'gone', { cause: new Error('the disk') })
    logger.error({ error, circular, count: 3n, same: [error.details, error.details] }, 'broken')
    expect(JSON.parse(lines[0]!)).toMatchObject({
      error: { name: 'MLError', code: 'STORAGE_UNAVAILABLE', message: 'gone', stack: expect.any(String), cause: { message: 'the disk' } },
      circular: { self: '[circular]', twice: [] },
      count: '3',
      same: [{}, {}],
    })
  })
})
