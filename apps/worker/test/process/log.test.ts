import { createLog } from '../../src/process/log.js'

describe('the log of a process', () => {
  const lines: string[] = []
  const log = createLog({ level: 'info', secrets: ['postgres://me:hunter2@db/ml'], write: (line) => lines.push(line) })

  it('is JSON lines of the level and above', () => {
    log.debug({}, 'dropped')
    log.info({ port: 8080 }, 'listening')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([{ time: expect.any(String), level: 'info', message: 'listening', port: 8080 }])
  })

  it('has no secret in it, whoever quotes one and however deep', () => {
    const cause = Object.assign(new Error('no hunter2'), { code: 'hunter2' })
    log.error({ url: 'postgres://me:hunter2@db/ml', error: new Error('could not', { cause }) }, 'hunter2')
    expect(lines.at(-1)).toContain('no ***')
    expect(lines.join()).not.toContain('hunter2')
  })
})
