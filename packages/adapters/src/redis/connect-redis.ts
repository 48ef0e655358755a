import { type Cache, type ChangeSignal, type Clock, type Logger, type OnlineStore, PlatformError, type RateLimiter } from '@motadata/core'
import { RedisCache } from './redis-cache.js'
import { RedisChangeSignal } from './redis-change-signal.js'
import { RedisLink } from './redis-link.js'
import { RedisOnlineStore } from './redis-online-store.js'
import { RedisOutage } from './redis-outage.js'
import { RedisRateLimiter } from './redis-rate-limiter.js'

export interface ConnectRedisOptions {
  /** `redis://user:password@host:6379/0`, or `rediss://` for TLS: one server, or what stands for one; not a cluster. */
  readonly url: string
  readonly logger: Logger
  /** For limits while Redis is away. */
  readonly clock: Clock
  /** Before every key and channel; default `motadata:`. */
  readonly keyPrefix?: string
  /** Of each command; default 250. */
  readonly commandTimeoutMs?: number
  /** Of each attempt to connect; default 2000. */
  readonly connectTimeoutMs?: number
}

/** A Redis, as ports. Whoever connects closes it, after what was opened on it. */
export interface RedisConnection {
  readonly cache: Cache
  readonly changes: ChangeSignal
  readonly rateLimiter: RateLimiter
  readonly onlineStore: OnlineStore
  /** Whether it answers, as far as is known. */
  readonly isConnected: boolean
  /** Throws MLError `STORAGE_UNAVAILABLE` when Redis does not answer in time. */
  ping(): Promise<void>
  /** May be called more than once. */
  close(): Promise<void>
}

/**
 * Connects to Redis, on which nothing depends but speed: while it is away nothing is cached, each process counts limits by itself,
 * copies age, online values are not found, and only writing those is refused. It is away when it takes longer than the deadline.
 * The log says once that it went and once that it is back.
 *
 * @returns the ports, after the first attempt to connect, whether that went well or not
 * @throws MLError `CONFIGURATION_INVALID`
 * @example
 * const redis = await connectRedis({ url: 'redis://127.0.0.1:6379', logger, clock })
 * const platform = await openPlatform({ databaseUrl, redis })
 */
export async function connectRedis(options: ConnectRedisOptions): Promise<RedisConnection> {
  const { url, logger, clock, keyPrefix = 'motadata:', commandTimeoutMs = 250, connectTimeoutMs = 2_000 } = options
  checkOptions(url, { commandTimeoutMs, connectTimeoutMs })
  // Redis takes printable ASCII for a name.
  const linkOptions = { url, name: keyPrefix.replace(/[^!-~]/g, '-'), outage: new RedisOutage({ logger }), commandTimeoutMs, connectTimeoutMs }
  const link = new RedisLink(linkOptions)
  const changes = new RedisChangeSignal({ ...linkOptions, link, keyPrefix, logger })
  await Promise.all([link.open(), changes.open()])
  return {
    cache: new RedisCache({ link, keyPrefix }),
    rateLimiter: new RedisRateLimiter({ link, keyPrefix, clock }),
    onlineStore: new RedisOnlineStore({ link, keyPrefix }),
    changes,
    get isConnected() {
      return link.isConnected && changes.isConnected
    },
    async ping() {
      await link.run((client) => client.ping())
    },
    async close() {
      changes.close()
      link.close()
      await Promise.resolve()
    },
  }
}

function checkOptions(url: string, timeouts: Readonly<Record<string, number>>): void {
  const problems: string[] = []
  if (!isRedisUrl(url)) problems.push("'url' must be a URL like redis://user:password@host:6379/0")
  for (const [name, value] of Object.entries(timeouts)) {
    if (!Number.isInteger(value) || value < 1 || value > 60_000) problems.push(`'${name}' must be a whole number of milliseconds from 1 to 60000`)
  }
  if (problems.length === 0) return
  throw new PlatformError('CONFIGURATION_INVALID', `Expected options that fit connectRedis, got some that do not: ${problems.join('; ')}.`, { details: { problems } })
}

function isRedisUrl(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false
  const { protocol, hostname, pathname } = new URL(value)
  return /^rediss?:$/.test(protocol) && hostname !== '' && /^\/?\d*$/.test(pathname)
}
