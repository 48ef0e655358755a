import type { Change, ChangeSignal, Logger } from '@motadata/core'

type Listener = (change: Change) => void

/** Changes told within this process, at once. A listener that throws is logged and does not keep the others from hearing. */
export class MemoryChangeSignal implements ChangeSignal {
  readonly #logger: Logger
  readonly #listeners = new Map<Change['topic'], Set<{ readonly listener: Listener }>>()

  constructor(options: { readonly logger: Logger }) {
    this.#logger = options.logger
  }

  publish(change: Change): Promise<void> {
    for (const { listener } of [...(this.#listeners.get(change.topic) ?? [])]) {
      try {
        listener(change)
      } catch (error) {
        this.#logger.error({ topic: change.topic, error }, 'a listener to changes failed')
      }
    }
    return Promise.resolve()
  }

  subscribe(topic: Change['topic'], listener: Listener): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set()
    this.#listeners.set(topic, listeners)
    const subscription = { listener }
    listeners.add(subscription)
    return () => void listeners.delete(subscription)
  }
}
