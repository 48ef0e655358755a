import { parseTenantId, platformContext, roleSuffices, throwIfEnded } from '../../src/index.js'

const context = platformContext(parseTenantId('acme'), 'r1')

describe('throwIfEnded', () => {
  it('lets work go on that has neither been cancelled nor missed its deadline', () => {
    expect(() => throwIfEnded(context, 1_000)).not.toThrow()
    expect(() => throwIfEnded({ ...context, deadlineMs: 1_000 }, 1_000)).not.toThrow()
  })

  it('stops work whose caller has gone', () => {
    expect(() => throwIfEnded({ ...context, signal: AbortSignal.abort() }, 0)).toThrow(expect.objectContaining({ code: 'CANCELLED' }))
  })

  it('stops work after its deadline', () => {
    expect(() => throwIfEnded({ ...context, deadlineMs: 1_000 }, 1_001)).toThrow(expect.objectContaining({ code: 'DEADLINE_EXCEEDED' }))
  })
})

describe('roleSuffices', () => {
  it.each([
    ['admin', 'viewer', true], ['viewer', 'viewer', true], ['viewer', 'predictor', false], ['trainer', 'admin', false],
    ['operator', 'viewer', false], ['admin', 'operator', false], ['operator', 'operator', true],
  ] as const)('%s where %s is asked: %s', (held, required, expected) => expect(roleSuffices(held, required)).toBe(expected))
})
