import type { Change, ChangeSignal } from '@motadata/core'
import { until } from '../until.js'
import { acme, globex } from './tenants.js'

export interface OpenedChangeSignal {
  readonly changes: ChangeSignal
  close(): Promise<void>
}

/** What every ChangeSignal does. One is opened for each test. */
export function describeChangeSignal(name: string, open: () => Promise<OpenedChangeSignal>): void {
  describe(`ChangeSignal: ${name}`, () => {
    let opened: OpenedChangeSignal
    let changes: ChangeSignal

    beforeEach(async () => {
      opened = await open()
      changes = opened.changes
    })

    afterEach(() => opened.close())

    const promoted: Change = { topic: 'model-alias', tenantId: acme, subject: 'ticket-routing' }

    const collect = (topic: Change['topic']): { readonly heard: Change[]; readonly stop: () => void } => {
      const heard: Change[] = []
      return { heard, stop: changes.subscribe(topic, (change) => void heard.push(change)) }
    }

    /** Whatever is published last has been heard, so everything before it would have been too. */
    const settle = async (): Promise<void> => {
      const last = collect('tenant')
      await changes.publish({ topic: 'tenant', tenantId: globex, subject: 'last' })
      await until(() => last.heard.find(({ subject }) => subject === 'last'))
      last.stop()
    }

    it('tells every subscriber of the topic, in the order of publishing', async () => {
      const [one, two] = [collect('model-alias'), collect('model-alias')]
      const second: Change = { topic: 'model-alias', tenantId: globex, subject: 'priority' }
      await changes.publish(promoted)
      await changes.publish(second)
      await settle()
      expect(one.heard).toEqual([promoted, second])
      expect(two.heard).toEqual([promoted, second])
    })

    it('tells nobody of other topics', async () => {
      const other = collect('api-key')
      await changes.publish(promoted)
      await settle()
      expect(other.heard).toEqual([])
    })

    it('tells nothing after the subscription is ended, which may be done twice', async () => {
      const [ended, going] = [collect('model-alias'), collect('model-alias')]
      ended.stop()
      ended.stop()
      await changes.publish(promoted)
      await settle()
      expect([ended.heard, going.heard]).toEqual([[], [promoted]])
    })

    it('tells one listener twice when it subscribed twice, and once after one is ended', async () => {
      let count = 0
      const listener = (): void => void count++
      const stop = changes.subscribe('model-alias', listener)
      changes.subscribe('model-alias', listener)
      await changes.publish(promoted)
      await settle()
      expect(count).toBe(2)
      stop()
      await changes.publish(promoted)
      await settle()
      expect(count).toBe(3)
    })

    it('goes on when a listener throws, or ends its subscription while listening', async () => {
      changes.subscribe('model-alias', () => {
        throw new Error('a broken listener')
      })
      const stop = changes.subscribe('model-alias', () => stop())
      const after = collect('model-alias')
      await expect(changes.publish(promoted)).resolves.toBeUndefined()
      await settle()
      expect(after.heard).toEqual([promoted])
    })
  })
}
