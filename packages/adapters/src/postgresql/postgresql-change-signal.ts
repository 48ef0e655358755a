import type { Change, ChangeSignal, Logger } from '@motadata/core'
import { Client } from 'pg'
import { MemoryChangeSignal } from '../memory/memory-change-signal.js'

const channel = 'motadata_changes'
const firstPauseMs = 250
const longestPauseMs = 5_000
/** Of a publication; whoever changed something waits for it. */
const answerTimeoutMs = 2_000

/**
 * Changes told to every process on the database, by NOTIFY. While the connection is away a change is told within its own process only
 * and nothing is heard, as the port allows: copies also age. The log says once that it went and once that it is back.
 */
export class PostgresqlChangeSignal implements ChangeSignal {
  readonly #databaseUrl: string
  readonly #logger: Logger
  readonly #local: MemoryChangeSignal
  #client: Client | undefined
  #timer: NodeJS.Timeout | undefined
  #failures = 0
  #closed = false

  constructor(options: { readonly databaseUrl: string; readonly logger: Logger }) {
    this.#databaseUrl = options.databaseUrl
    this.#logger = options.logger
    this.#local = new MemoryChangeSignal({ logger: options.logger })
  }

  /** Rejects when the first attempt to connect fails; a connection lost later is replaced. */
  async open(): Promise<void> {
    const client = new Client({
      connectionString: this.#databaseUrl,
      application_name: 'motadata-changes',
      connectionTimeoutMillis: 5_000,
      query_timeout: answerTimeoutMs,
      keepAlive: true,
    })
    client.on('error', (error) => this.#lose(client, error))
    try {
      await client.connect()
      await client.query(`listen ${channel}`)
    } catch (error) {
      end(client)
      throw error
    }
    if (this.#closed) return end(client)
    client.on('notification', ({ payload }) => void this.#local.publish(JSON.parse(payload!) as Change))
    client.on('end', () => this.#lose(client, undefined))
    this.#client = client
  }

  /** Resolves when the server has it; subscribers, those of this process too, hear it from there. */
  async publish(change: Change): Promise<void> {
    const client = this.#client
    try {
      if (!client) throw new Error('there is no connection')
      await client.query('select pg_notify($1, $2)', [channel, JSON.stringify(change)])
    } catch (error) {
      if (client) this.#lose(client, error)
      await this.#local.publish(change)
    }
  }

  subscribe(topic: Change['topic'], listener: (change: Change) => void): () => void {
    return this.#local.subscribe(topic, listener)
  }

  /** May be called more than once. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    const client = this.#client
    this.#client = undefined
    await client?.end()
  }

  #lose(client: Client, error: unknown): void {
    if (this.#client !== client) return
    this.#client = undefined
    end(client)
    this.#logger.warn({ error }, 'changes can not be told to and heard from other processes; copies age until the database is back')
    this.#reconnect()
  }

  #reconnect(): void {
    if (this.#closed) return
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(this.#failures++, 10))
    this.#timer = setTimeout(() => {
      this.open().then(
        () => {
          this.#failures = 0
          this.#logger.info({}, 'changes are told to and heard from other processes again')
        },
        () => this.#reconnect(),
      )
    }, pauseMs)
    this.#timer.unref()
  }
}

function end(client: Client): void {
  client.end().catch(() => undefined)
}
