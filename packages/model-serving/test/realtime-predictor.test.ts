import { type Instance, MLError, parseTenantId, platformContext } from '@motadata/core'
import { RealtimePredictor } from '../src/realtime-predictor.js'
import { EchoInference } from './echo-inference.js'

const context = platformContext(parseTenantId('acme'), 'r1')
const instance: Instance = { text: 'VPN is down' }

describe('RealtimePredictor', () => {
  let nowMs: number
  let inference: EchoInference
  let predictor: RealtimePredictor

  beforeEach(() => {
    nowMs = 1_000
    inference = new EchoInference()
    predictor = new RealtimePredictor({ inference, clock: { nowMs: () => nowMs }, limits: { maximumInstances: 3, maximumDurationMs: 500 } })
  })

  it('hands instances to the model and gives its predictions back', async () => {
    const batch = await predictor.predict(context, { name: 'echo', version: 7 }, [instance, { text: 'x', label: 'printer' }])
    expect(batch.model).toEqual({ name: 'echo', version: 7 })
    expect(batch.predictions.map(({ label }) => label)).toEqual(['network', 'printer'])
    expect(inference.asked[0]).toMatchObject({ model: { name: 'echo', version: 7 }, context: { tenantId: 'acme', requestId: 'r1' } })
  })

  it('refuses no instances', async () => {
    await expect(predictor.predict(context, { name: 'echo' }, [])).rejects.toMatchObject({
      code: 'INSTANCES_EMPTY', details: { field: '/instances', expected: 'at least 1 instance', received: '0 instances' },
    })
  })

  it('takes as many instances as its limit and refuses one more', async () => {
    await expect(predictor.predict(context, { name: 'echo' }, Array(3).fill(instance))).resolves.toBeDefined()
    await expect(predictor.predict(context, { name: 'echo' }, Array(4).fill(instance))).rejects.toMatchObject({
      code: 'INSTANCES_TOO_MANY', details: { expected: 'at most 3 instances', received: '4 instances' },
    })
    expect(inference.asked).toHaveLength(1)
  })

  it.each([[null, 'null'], ['text', 'string'], [{ 0: instance }, 'object'], [undefined, 'undefined']])('refuses %j in place of an array', async (instances, received) => {
    await expect(predictor.predict(context, { name: 'echo' }, instances as unknown as Instance[])).rejects.toMatchObject({
      code: 'INPUT_INVALID', details: { expected: 'array', received },
    })
  })

  it('gives a request a deadline of its own', async () => {
    await predictor.predict(context, { name: 'echo' }, [instance])
    expect(inference.asked[0]?.context.deadlineMs).toBe(1_500)
  })

  it('keeps an earlier deadline and shortens a later one', async () => {
    await predictor.predict({ ...context, deadlineMs: 1_100 }, { name: 'echo' }, [instance])
    await predictor.predict({ ...context, deadlineMs: 9_000 }, { name: 'echo' }, [instance])
    expect(inference.asked.map((asked) => asked.context.deadlineMs)).toEqual([1_100, 1_500])
  })

  it('asks no model after the deadline', async () => {
    await expect(predictor.predict({ ...context, deadlineMs: 999 }, { name: 'echo' }, [instance])).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' })
    expect(inference.asked).toHaveLength(0)
  })

  it('gives no answer that came too late', async () => {
    inference.before = () => void (nowMs = 1_501)
    await expect(predictor.predict(context, { name: 'echo' }, [instance])).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' })
  })

  it('asks no model for a caller who has gone', async () => {
    const signal = AbortSignal.abort()
    await expect(predictor.predict({ ...context, signal }, { name: 'echo' }, [instance])).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(inference.asked).toHaveLength(0)
  })

  it('passes on what the model throws', async () => {
    await expect(predictor.predict(context, { name: 'none' }, [instance])).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
    inference.before = () => {
      throw new MLError('COLUMN_INVALID', 'x')
    }
    await expect(predictor.predict(context, { name: 'echo' }, [instance])).rejects.toMatchObject({ code: 'COLUMN_INVALID' })
  })
})
