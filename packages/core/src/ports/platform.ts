import type { ArtifactStore } from './artifact-store.js'
import type { Cache } from './cache.js'
import type { ChangeSignal } from './change-signal.js'
import type { Clock } from './clock.js'
import type { Database } from './database.js'
import type { IdSource } from './id-source.js'
import type { JobQueue } from './job-queue.js'
import type { KeyRing } from './key-ring.js'
import type { Logger } from './logger.js'
import type { OnlineStore } from './online-store.js'
import type { RateLimiter } from './rate-limiter.js'

/** The outside world, opened: ports only. `openPlatform` of the adapters gives one. */
export interface Platform {
  readonly database: Database
  readonly artifacts: ArtifactStore
  readonly cache: Cache
  readonly onlineStore: OnlineStore
  readonly rateLimiter: RateLimiter
  readonly jobs: JobQueue
  readonly changes: ChangeSignal
  readonly keys: KeyRing
  readonly clock: Clock
  readonly ids: IdSource
  readonly logger: Logger
  /** Lets running jobs end, then closes everything. May be called more than once. */
  close(): Promise<void>
}
