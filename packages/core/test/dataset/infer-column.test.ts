import { buildColumn, inferColumnKind, parseInstant, parseNumber } from '../../src/index.js'

describe('inferColumnKind', () => {
  it.each([
    [['1', '2.5', '', '-3e4'], 'number'],
    [[1, null, 2], 'number'],
    [['true', 'FALSE', null], 'boolean'],
    [[true, false], 'boolean'],
    [['2026-01-05', '2026-01-05T10:00:00Z', ''], 'instant'],
    [[new Date(0)], 'instant'],
    [['open', 'closed', 'open', 'open'], 'category'],
    [['VPN is down', 'mail is slow'], 'text'],
    [['1', 'x'], 'text'],
    [[1, 'x', 1, 'x'], 'category'],
    [['0x10', '0x10', 'NaN', 'NaN'], 'category'],
    [['', null], 'text'],
    [[], 'text'],
  ] as const)('sees in %j a %s column', (values, kind) => expect(inferColumnKind(values)).toBe(kind))

  it('takes long recurring values for text', () => {
    expect(inferColumnKind(Array.from({ length: 10 }, () => 'word '.repeat(30)))).toBe('text')
  })
})

describe('buildColumn', () => {
  it('keeps missing values apart from values', () => {
    expect(buildColumn('n', 'number', ['1', '', null, 0])).toEqual({ kind: 'number', values: Float64Array.of(1, NaN, NaN, 0) })
    expect(buildColumn('b', 'boolean', ['true', '', false])).toEqual({ kind: 'boolean', values: Uint8Array.of(1, 2, 0) })
    expect(buildColumn('c', 'category', ['x', undefined, 'y', 'x'])).toEqual({ kind: 'category', codes: Int32Array.of(0, -1, 1, 0), categories: ['x', 'y'] })
    expect(buildColumn('t', 'text', ['a', '', 3])).toEqual({ kind: 'text', values: ['a', null, '3'] })
  })

  it('takes names of object prototypes for categories like any other', () => {
    expect(buildColumn('c', 'category', ['__proto__', 'constructor', '__proto__'])).toMatchObject({ categories: ['__proto__', 'constructor'] })
  })

  it.each([
    ['number', 'abc'], ['number', Number.NaN], ['number', Infinity], ['number', true], ['boolean', 'yes'], ['boolean', 1],
    ['instant', '2026-13-45'], ['instant', 'tomorrow'], ['instant', new Date(Number.NaN)], ['text', { a: 1 }], ['category', ['x']],
  ] as const)('refuses in a %s column %p, naming the row', (kind, value) => {
    expect(() => buildColumn('hours', kind, ['', value as never])).toThrow(
      expect.objectContaining({ code: 'COLUMN_INVALID', details: expect.objectContaining({ column: 'hours', row: 2, expected: kind }) }),
    )
  })
})

describe('parseInstant', () => {
  it.each([
    ['2026-01-05', Date.UTC(2026, 0, 5)],
    ['2026-01-05 10:30', Date.UTC(2026, 0, 5, 10, 30)],
    ['2026-01-05T10:30:00', Date.UTC(2026, 0, 5, 10, 30)],
    ['2026-01-05T10:30:00+02:00', Date.UTC(2026, 0, 5, 8, 30)],
    ['2026-01-05T10:30:00+0200', Date.UTC(2026, 0, 5, 8, 30)],
    ['2026-01-05T10:30:00.250Z', Date.UTC(2026, 0, 5, 10, 30, 0, 250)],
  ])('reads %s, as UTC when it names no offset', (text, expected) => expect(parseInstant(text)).toBe(expected))

  it.each(['', '2026', '05.01.2026', '2026-01-05T25:00:00Z', 'now'])('reads no instant in %j', (text) => expect(parseInstant(text)).toBeNaN())
})

describe('parseNumber', () => {
  it.each(['', '1,5', '0x1F', 'Infinity', 'NaN', '1 2', '1e', '1e999'])('reads no number in %j', (text) => expect(parseNumber(text)).toBeNaN())
  it.each([['1', 1], ['-.5', -0.5], ['+2.', 2], ['1e-3', 0.001]])('reads %s', (text, value) => expect(parseNumber(text)).toBe(value))
})
