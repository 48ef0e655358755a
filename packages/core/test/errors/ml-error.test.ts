import { errorCodes, isMLError, MLError, TrainingError } from '../../src/index.js'

describe('MLError', () => {
  it('carries its code, details, cause and the name of its class', () => {
    const cause = new Error('disk')
    const error = new TrainingError('TRAINING_FAILED', 'It stopped.', { details: { row: 3 }, cause })
    expect(error).toMatchObject({ code: 'TRAINING_FAILED', details: { row: 3 }, cause, name: 'TrainingError' })
  })

  it('is recognised by code, also when another copy of the class made it', () => {
    const foreign = Object.assign(new Error('x'), { [Symbol.for('motadata.ml-error')]: true, code: 'MODEL_NOT_FOUND' })
    expect(isMLError(foreign, 'MODEL_NOT_FOUND')).toBe(true)
    expect(isMLError(foreign, 'JOB_NOT_FOUND')).toBe(false)
    expect(isMLError(new MLError('INTERNAL', 'x'))).toBe(true)
    expect(isMLError(new Error('x'))).toBe(false)
    expect(isMLError({ code: 'INTERNAL' })).toBe(false)
  })

  it('has a sentence for every code', () => {
    for (const sentence of Object.values(errorCodes)) expect(sentence).toMatch(/^[A-Z].{8,}[^.]$/)
  })
})
