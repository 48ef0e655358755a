import { readCommandLine } from '../src/command-line.js'

const refusal = (message: RegExp) => expect.objectContaining({ code: 'CONFIGURATION_INVALID', message: expect.stringMatching(message) })

describe('the quickstart’s command line', () => {
  it('generates tickets when nothing is said', () => {
    expect(readCommandLine([])).toEqual({ test: { kind: 'share', share: 0.2 }, rows: 4000, seed: 1, json: false })
  })

  it('takes several text columns after one --text, or after several', () => {
    const source = { file: 'f.csv', text: ['title', 'body'], target: 'category' }
    expect(readCommandLine(['--data', 'f.csv', '--text', 'title', 'body', '--target', 'category'])).toMatchObject({ source })
    expect(readCommandLine(['--text', 'title', '--text', 'body', '--data', 'f.csv', '--target', 'category'])).toMatchObject({ source })
  })

  it('takes a rule for the rows to measure on', () => {
    const args = ['--data', 'f.csv', '--text', 'text', '--target', 'label', '--test', 'row_id%5==0', '--json']
    expect(readCommandLine(args)).toMatchObject({ test: { kind: 'rule', rule: 'row_id%5==0' }, json: true })
  })

  it('gives nothing but help when help is asked for', () => expect(readCommandLine(['--help'])).toBeUndefined())

  it.each([
    [['--nonsense'], /nonsense/],
    [['stray'], /stray/],
    [['--target', 'label'], /no --data/],
    [['--data', 'f.csv'], /only some/],
    [['--data', 'f.csv', '--text', 'text'], /only some/],
    [['--test', 'a == 1', '--test-share', '0.2'], /got both/],
    [['--test-share', '1.5'], /between 0 and 1, such as 0.2, got 1.5/],
    [['--rows', '12'], /from 200 to 200000, got 12/],
    [['--seed', 'x'], /--seed to be a whole number/],
  ])('refuses %j and says why', (args, message) => expect(() => readCommandLine(args)).toThrow(refusal(message)))
})
