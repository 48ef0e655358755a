import type { Change, ChangeSignal, Logger } from '@motadata/core'
import { MemoryChangeSignal } from '../memory/memory-change-signal.js'
import { RedisLink, type RedisLinkOptions } from './redis-link.js'

/**
 * Changes told to every process on a Redis by publish and subscribe. While Redis is away a change is told within its own process
 * only, as the port allows: copies also age.
 */
export class RedisChangeSignal implements ChangeSignal {
  readonly #publisher: RedisLink
  readonly #subscriber: RedisLink
  readonly #channel: string
  readonly #local: MemoryChangeSignal

  constructor(options: RedisLinkOptions & { readonly link: RedisLink; readonly keyPrefix: string; readonly logger: Logger }) {
    this.#publisher = options.link
    this.#channel = `${options.keyPrefix}changes`
    this.#local = new MemoryChangeSignal({ logger: options.logger })
    this.#subscriber = new RedisLink({
      ...options,
      prepare: (client) => client.subscribe(this.#channel, (message) => void this.#local.publish(JSON.parse(message) as Change)),
    })
  }

  get isConnected(): boolean {
    return this.#subscriber.isConnected
  }

  /** Resolves when listening was tried once; after a failure it goes on trying. */
  open(): Promise<void> {
    return this.#subscriber.open()
  }

  /** Resolves when Redis has it; subscribers, those of this process too, hear it from there. */
  async publish(change: Change): Promise<void> {
    const told = await this.#publisher.run((client) => client.publish(this.#channel, JSON.stringify(change))).then(() => this.#subscriber.isConnected, () => false)
    if (!told) await this.#local.publish(change)
  }

  subscribe(topic: Change['topic'], listener: (change: Change) => void): () => void {
    return this.#local.subscribe(topic, listener)
  }

  close(): void {
    this.#subscriber.close()
  }
}
