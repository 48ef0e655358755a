import fc from 'fast-check'
import { parseStrictJson } from '../../src/rest/strict-json.js'

const parse = (text: string): unknown => parseStrictJson(Buffer.from(text))

describe('parseStrictJson', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => expect(parse(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)))))
  })

  it('passes over a byte order mark', () => expect(parse('\uFEFF{"a":1}')).toEqual({ a: 1 }))

  it('refuses an empty body', () => {
    expect(() => parse('')).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID', details: { field: 'body', expected: 'a JSON value', received: 'an empty body' } }))
  })

  it.each([[[0x22, 0xff, 0x22]], [[0x22, 0xc3, 0x22]], [[0x22, 0xed, 0xa0, 0x80, 0x22]]])('refuses the bytes %j, which are not UTF-8', (bytes) => {
    expect(() => parseStrictJson(Buffer.from(bytes))).toThrow(expect.objectContaining({ code: 'ENCODING_INVALID' }))
  })

  it('says where a text stops being JSON, and does not repeat the text', () => {
    const refusal = expect.objectContaining({
      code: 'REQUEST_INVALID', details: { field: 'body', expected: 'a value at line 1, column 32', received: '"N"' },
    })
    expect(() => parse('{"text":"my secret","impact":  NaN}')).toThrow(refusal)
    expect(() => parse('{"text":"my secret","impact":  NaN}')).not.toThrow(/secret/)
  })

  it.each(['{"__proto__":{"admin":true}}', '{"instances":[{"__proto__":"x"}]}', '{"\\u005f_proto__":1}', '{"\\u005F\\u005fpr\\u006Fto__":1}'])('refuses %s', (text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID', message: expect.stringContaining('__proto__') }))
  })

  it('names the place of a prototype key', () => {
    expect(() => parse('{"instances":[{"__proto__":"x"}]}')).toThrow(expect.objectContaining({ details: expect.objectContaining({ field: '/instances/0/__proto__' }) }))
  })

  it('takes __proto__ as a value and constructor as a name', () => {
    expect(parse('{"text":"__proto__","constructor":"x"}')).toEqual({ text: '__proto__', constructor: 'x' })
  })
})
