import { serializersWhenAsked, validateWhenAsked, type Validator } from '../../src/server/compile-when-asked.js'

describe('validateWhenAsked', () => {
  it('compiles once, with the first value, and has the errors of the last one', () => {
    let compiled = 0
    const validate = validateWhenAsked(() => {
      compiled++
      const check: Validator = (value) => {
        check.errors = value === 1 ? null : [{ message: `not ${String(value)}` }]
        return value === 1
      }
      return check
    })
    expect(compiled).toBe(0)
    expect([validate(2), validate.errors]).toEqual([false, [{ message: 'not 2' }]])
    expect([validate(1), validate.errors, compiled]).toEqual([true, null, 1])
  })
})

describe('serializersWhenAsked', () => {
  const compile = serializersWhenAsked({}, {})

  it('writes what the schema has, and leaves out the rest', () => {
    const serialize = compile({ method: 'GET', url: '/', httpStatus: '200', schema: { type: 'object', properties: { name: { type: 'string' } } } })
    expect([serialize({ name: 'a', secret: 'b' }), serialize({ name: 'c' })]).toEqual(['{"name":"a"}', '{"name":"c"}'])
  })

  it('says nothing of a schema before its first answer', () => {
    const serialize = compile({ method: 'GET', url: '/', httpStatus: '200', schema: { $ref: '#/nowhere' } })
    expect(() => serialize({})).toThrow()
  })
})
