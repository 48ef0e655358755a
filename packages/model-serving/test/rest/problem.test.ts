import { errorCodes, MLError } from '@motadata/core'
import { createProblem, problemOf } from '../../src/rest/problem.js'
import { statusOfCode } from '../../src/rest/status-of-code.js'

describe('problemOf', () => {
  it('says an error of the product with its code, status and message', () => {
    expect(problemOf(new MLError('MODEL_NOT_FOUND', "Expected a model, got 'x'."), 'r1')).toEqual({
      type: 'urn:motadata:problem:model-not-found',
      title: 'No such model',
      status: 404,
      detail: "Expected a model, got 'x'.",
      code: 'MODEL_NOT_FOUND',
      requestId: 'r1',
    })
  })

  it('names field, expected and received', () => {
    const error = new MLError('INSTANCES_EMPTY', 'x', { details: { field: '/instances', expected: 'at least 1 instance', received: '0 instances' } })
    expect(problemOf(error, 'r1').errors).toEqual([{ field: '/instances', expected: 'at least 1 instance', received: '0 instances' }])
  })

  it.each([
    [{ instance: 2, column: 'impact' }, '/instances/2/impact'],
    [{ instance: 0, field: 'a/b~c' }, '/instances/0/a~1b~0c'],
    [{ instance: 1, field: 'instances[1]' }, '/instances/1'],
    [{ column: 'impact' }, 'impact'],
  ])('says what is wrong with %j as %s', (details, field) => {
    const error = new MLError('COLUMN_INVALID', 'x', { details: { ...details, expected: 'a number', received: 'a text' } })
    expect(problemOf(error, 'r1').errors).toEqual([{ field, expected: 'a number', received: 'a text' }])
  })

  it.each(['STORAGE_UNAVAILABLE', 'INTERNAL', 'MODEL_LOAD_FAILED'] as const)('keeps the message of %s to itself', (code) => {
    const problem = problemOf(new MLError(code, 'connect to 10.0.0.7 failed: password', { details: { field: 'secret' } }), 'r1')
    expect(problem.status).toBeGreaterThanOrEqual(500)
    expect(JSON.stringify(problem)).not.toMatch(/password|10\.0|secret/)
    expect(problem.requestId).toBe('r1')
  })

  it.each([new TypeError('x of undefined: password'), 'password', null, undefined, 7, { statusCode: 200, message: 'password' }])('says %p as an unexpected error and nothing more', (thrown) => {
    const problem = problemOf(thrown, 'r1')
    expect(problem).toMatchObject({ status: 500, code: 'INTERNAL' })
    expect(JSON.stringify(problem)).not.toMatch(/password/)
  })

  it('keeps the 4xx status of what a plugin throws', () => {
    expect(problemOf(Object.assign(new Error('Range not satisfiable'), { statusCode: 416 }), 'r1')).toMatchObject({ status: 416, code: 'REQUEST_INVALID' })
  })

  it('takes a broken connection as the client having gone', () => {
    expect(problemOf(Object.assign(new Error('aborted'), { code: 'ECONNRESET', statusCode: 400 }), 'r1')).toMatchObject({ status: 499, code: 'CANCELLED' })
  })

  it.each([
    [[{ keyword: 'type', instancePath: '/instances/0/text', params: { type: ['string', 'null'] }, data: {} }], '/instances/0/text', 'string or null', 'an object'],
    [[{ keyword: 'required', instancePath: '', params: { missingProperty: 'instances' }, data: {} }], '/instances', 'a value', 'nothing'],
    [[{ keyword: 'additionalProperties', instancePath: '/a', params: { additionalProperty: 'b' }, data: {} }], '/a/b', 'no other property than the documented ones', 'an unknown property'],
    [[{ keyword: 'type', instancePath: '', params: { type: 'object' }, data: [1, 2] }], 'body', 'object', 'an array of 2 items'],
    [[{ keyword: 'type', instancePath: '/n', params: { type: 'number' }, data: Infinity }], '/n', 'number', 'a number beyond the range of doubles'],
    [[{ keyword: 'maxLength', instancePath: '/k', params: { limit: 3 }, data: 'secret' }], '/k', 'at most 3 characters', 'a string of 6 characters'],
    [[{ keyword: 'minimum', instancePath: '/n', params: { limit: 1, comparison: '>=' }, data: 0 }], '/n', 'a number >= 1', 'the number 0'],
    [
      [
        { keyword: 'const', instancePath: '/p', params: { allowedValue: 'a' }, data: 'x' },
        { keyword: 'const', instancePath: '/p', params: { allowedValue: 'b' }, data: 'x' },
        { keyword: 'anyOf', instancePath: '/p', params: {}, data: 'x' },
      ],
      '/p', '"a" or "b"', 'a string of 1 characters',
    ],
  ])('says what a schema found: %j', (validation, field, expected, received) => {
    const problem = problemOf({ validation, validationContext: 'body' }, 'r1')
    expect(problem).toMatchObject({ status: 400, code: 'REQUEST_INVALID', errors: [{ field, expected, received }] })
    expect(JSON.stringify(problem)).not.toMatch(/secret/)
  })

  it('names a parameter by its name', () => {
    const validation = [{ keyword: 'type', instancePath: '/version', params: { type: 'integer' }, data: 'x' }]
    expect(problemOf({ validation, validationContext: 'params' }, 'r1').errors?.[0]?.field).toBe('version')
  })
})

describe('the table of statuses', () => {
  it('has a status that fits for every code', () => {
    expect(Object.keys(statusOfCode).sort()).toEqual(Object.keys(errorCodes).sort())
    for (const status of Object.values(statusOfCode)) expect(status).toBeGreaterThanOrEqual(400)
  })

  it('gives a problem the title of its code', () => expect(createProblem('RATE_LIMITED', 'x', 'r').title).toBe(errorCodes.RATE_LIMITED))
})
