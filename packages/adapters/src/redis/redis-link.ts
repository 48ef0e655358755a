import { setTimeout as wait } from 'node:timers/promises'
import { ErrorReply, RESP_TYPES, createClient } from 'redis'
import { type RedisOutage, redisUnavailable } from './redis-outage.js'

export type RedisClient = ReturnType<typeof makeClient>

export interface RedisLinkOptions {
  readonly url: string
  /** By which `CLIENT LIST` shows the connection. */
  readonly name: string
  readonly outage: RedisOutage
  readonly commandTimeoutMs: number
  readonly connectTimeoutMs: number
  /** What a connection needs before it is of use, such as subscriptions; a failure closes it again. */
  readonly prepare?: (client: RedisClient) => Promise<void>
}

const firstPauseMs = 100
const longestPauseMs = 5_000

/**
 * One connection to Redis that nothing waits for: a command is answered within its deadline or fails at once, and a connection that
 * was late, refused or lost is replaced, with pauses that grow. The client's own reconnecting is not used, since it waits for ever
 * for a server that takes connections and then says nothing.
 */
export class RedisLink {
  readonly #options: RedisLinkOptions
  readonly #abort = new AbortController()
  #client: RedisClient | undefined
  #failures = 0

  constructor(options: RedisLinkOptions) {
    this.#options = options
  }

  get isConnected(): boolean {
    return this.#client !== undefined
  }

  /** Resolves when the first attempt to connect has ended, well or badly; after a bad one it goes on trying. */
  async open(): Promise<void> {
    await this.#connect()
  }

  /** @throws MLError `STORAGE_UNAVAILABLE` when there is no connection, or no answer in time */
  async run<Result>(work: (client: RedisClient) => Promise<Result>): Promise<Result> {
    const client = this.#client
    if (!client) throw redisUnavailable(undefined)
    try {
      return await within(this.#options.commandTimeoutMs, work(client))
    } catch (error) {
      // What Redis itself answered, such as that it is out of memory, comes over a connection that is well.
      if (!(error instanceof ErrorReply)) this.#lose(client, error)
      throw redisUnavailable(error)
    }
  }

  /** May be called more than once. */
  close(): void {
    this.#abort.abort()
    const client = this.#client
    this.#client = undefined
    if (client) destroy(client)
  }

  async #connect(): Promise<void> {
    const { connectTimeoutMs, prepare, outage } = this.#options
    const client = makeClient(this.#options)
    client.on('error', (error: unknown) => this.#lose(client, error))
    client.on('end', () => this.#lose(client, new Error('the connection was closed')))
    try {
      await within(connectTimeoutMs, client.connect().then(() => prepare?.(client)))
      if (this.#abort.signal.aborted) return destroy(client)
      this.#client = client
      this.#failures = 0
      outage.end(this)
    } catch (error) {
      destroy(client)
      this.#failures++
      outage.begin(this, error)
      this.#reconnect()
    }
  }

  #lose(client: RedisClient, error: unknown): void {
    if (this.#client !== client) return
    this.#client = undefined
    destroy(client)
    this.#options.outage.begin(this, error)
    this.#reconnect()
  }

  /** Pauses grow from a tenth of a second to five, and differ between processes that lost the same server. */
  #reconnect(): void {
    const { signal } = this.#abort
    if (signal.aborted) return
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(this.#failures, 10)) * (0.5 + Math.random() / 2)
    wait(pauseMs, undefined, { signal, ref: false }).then(
      () => this.#connect(),
      () => undefined,
    )
  }
}

function makeClient({ url, name, connectTimeoutMs }: Pick<RedisLinkOptions, 'url' | 'name' | 'connectTimeoutMs'>) {
  return createClient({
    url,
    name,
    RESP: 2,
    disableOfflineQueue: true,
    disableClientInfo: true,
    socket: { reconnectStrategy: false, connectTimeout: connectTimeoutMs },
    commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
  })
}

function destroy(client: RedisClient): void {
  try {
    client.destroy()
  } catch {
    // it was closed already
  }
}

async function within<Result>(timeoutMs: number, promise: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      // One more look at the sockets: after a long computation of this process an answer may lie there unread.
      setImmediate(() => setImmediate(() => reject(new Error(`no answer within ${timeoutMs} ms`))))
    }, timeoutMs)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
    late.catch(() => undefined)
    promise.catch(() => undefined)
  }
}
