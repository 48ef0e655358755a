import { readCommandLine } from '../../src/history/command-line.js'
import { runHistory } from '../../src/history/run-history.js'

describe('the history example’s command line', () => {
  it('generates incidents when nothing is said', () => expect(readCommandLine([])).toEqual({ rows: 6_000, seed: 1, json: false }))
  it('takes a file', () => expect(readCommandLine(['--data', 'f.csv', '--json'])).toEqual({ file: 'f.csv', rows: 6_000, seed: 1, json: true }))
  it('gives nothing but help when help is asked for', () => expect(readCommandLine(['--help'])).toBeUndefined())
  it.each([[['--nonsense']], [['stray']], [['--rows', '10']], [['--seed', 'x']]])('refuses %j', (args) => {
    expect(() => readCommandLine(args)).toThrow(expect.objectContaining({ code: 'CONFIGURATION_INVALID' }))
  })
})

it('what callers and groups did before tells more than the ticket alone, and is served online as it was learned from', async () => {
  const lines: string[] = []
  const stream = { write: (line: string) => lines.push(line) > 0 } as unknown as NodeJS.WriteStream
  const result = await runHistory({ rows: 3_000, seed: 1, json: true }, stream)
  expect(result).toMatchObject({ rows: 3_000, testRows: 600, differing: 0 })
  expect(result.compared).toBe(400)
  expect(result.withHistory.logLoss).toBeLessThan(result.withoutHistory.logLoss - 0.01)
  expect(lines.join('')).toContain('with history')
}, 120_000)
