import { CollectingLogger, acme } from '@motadata/testing'
import { MemoryChangeSignal } from '../../src/memory/memory-change-signal.js'

describe('MemoryChangeSignal', () => {
  it('logs a listener that throws', async () => {
    const logger = new CollectingLogger()
    const changes = new MemoryChangeSignal({ logger })
    const error = new Error('a broken listener')
    changes.subscribe('tenant', () => {
      throw error
    })
    await changes.publish({ topic: 'tenant', tenantId: acme, subject: 'acme' })
    expect(logger.records).toEqual([{ level: 'error', fields: { topic: 'tenant', error }, message: expect.any(String) }])
  })
})
