import type { Change, ChangeSignal, Logger } from '@motadata/core'
import { Client } from 'pg'
import { MemoryChangeSignal } from '../memory/memory-change-signal.js'

const channel = 'motadata_changes'
const reconnectAfterMs = 1_000

/**
 * Changes told to every process on the database, by NOTIFY. While the connection is away nothing is heard and publishing is lost
 * with a warning, as the port allows: copies also age.
 */
export class PostgresqlChangeSignal implements ChangeSignal {
  readonly #databaseUrl: string
  readonly #logger: Logger
  readonly #local: MemoryChangeSignal
  #client: Client | undefined
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: { readonly databaseUrl: string; readonly logger: Logger }) {
    this.#databaseUrl = options.databaseUrl
    this.#logger = options.logger
    this.#local = new MemoryChangeSignal({ logger: options.logger })
  }

  async open(): Promise<void> {
    const client = new Client({ connectionString: this.#databaseUrl, application_name: 'motadata-changes', connectionTimeoutMillis: 10_000 })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.query(`listen ${channel}`)
    } catch (error) {
      await client.end().catch(() => undefined)
      throw error
    }
    client.on('notification', ({ payload }) => void this.#local.publish(JSON.parse(payload!) as Change))
    client.on('end', () => this.#reconnect())
    this.#client = client
  }

  /** Resolves when the server has it; subscribers, those of this process too, hear it from there. */
  async publish(change: Change): Promise<void> {
    try {
      if (!this.#client) throw new Error('there is no connection')
      await this.#client.query('select pg_notify($1, $2)', [channel, JSON.stringify(change)])
    } catch (error) {
      this.#logger.warn({ topic: change.topic, error }, 'a change could not be told to other processes; their copies will age')
      await this.#local.publish(change)
    }
  }

  subscribe(topic: Change['topic'], listener: (change: Change) => void): () => void {
    return this.#local.subscribe(topic, listener)
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#client?.end()
  }

  #reconnect(): void {
    this.#client = undefined
    if (this.#closed) return
    this.#timer = setTimeout(() => {
      this.open().catch((error: unknown) => {
        this.#logger.warn({ error }, 'the database can not be listened to; trying again')
        this.#reconnect()
      })
    }, reconnectAfterMs)
    this.#timer.unref()
  }
}
