import { checkName } from '../../src/input/check-name.js'

const refused = expect.objectContaining({ code: 'INPUT_INVALID', details: expect.objectContaining({ field: 'name' }) })

describe('a name', () => {
  it('is what was given, without the space around it', () => {
    expect(checkName('  Zürich 服务台 🚒 ')).toBe('Zürich 服务台 🚒')
  })

  it('has up to 100 characters, however many bytes they take', () => {
    expect(checkName('🚒'.repeat(100))).toBe('🚒'.repeat(100))
    expect(() => checkName('🚒'.repeat(101))).toThrow(refused)
    expect(() => checkName('n'.repeat(101))).toThrow(refused)
  })

  it.each([
    ['empty', ''],
    ['space only', ' \t '],
    ['10,000 characters', 'n'.repeat(10_000)],
    ['10 million characters', 'n'.repeat(10_000_000)],
    ['NUL', 'a\u0000b'],
    ['a line break', 'a\nb'],
    ['a C1 control', 'a\u0085b'],
    ['a lone surrogate', 'a\ud800b'],
    ['a number', 7],
    ['an object', { toString: () => 'x' }],
    ['an array', ['x']],
    ['null', null],
    ['nothing', undefined],
  ])('is not %s', (_, value) => {
    expect(() => checkName(value)).toThrow(refused)
  })

  it('is not repeated at length when it is refused', () => {
    expect(() => checkName('n'.repeat(10_000))).toThrow(/got text of 10000 characters\.$/)
  })
})
