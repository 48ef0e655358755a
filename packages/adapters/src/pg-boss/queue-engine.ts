import { createHash } from 'node:crypto'
import type { Logger } from '@motadata/core'
import { sql } from 'kysely'
import { type ConstructorOptions, type JobAttempt, PgBoss, type Queue } from 'pg-boss'
import type { KyselyDatabase } from '../sql/kysely-database.js'
import { systemRole } from '../sql/roles.js'
import { engineSchema, refuseNewerEngineSchema } from './engine-schema.js'
import { QueueLog } from './queue-log.js'

export const deadLetterQueue = '_dead-letter'
/** Attempts after the first. */
export const retryLimit = 3

/** On which the engine tells of new jobs, by the name of their queue. */
export const arrivalChannel = `pgboss_${createHash('sha224').update(engineSchema).digest('hex').slice(0, 24)}`

const jobTable = sql.table(`${engineSchema}.job`)
const daySeconds = 86_400

/** What every queue of jobs has; a job that outlives `expireInSeconds` is tried again. */
const queueOptions: Omit<Queue, 'name'> = {
  retryLimit,
  expireInSeconds: daySeconds,
  retentionSeconds: 365 * daySeconds,
  deleteAfterSeconds: 7 * daySeconds,
  deadLetter: deadLetterQueue,
  notify: true,
}

/** What pg-boss is given beside what is ours to say; of a server, what `pg` takes. */
export type EngineConnection = Pick<ConstructorOptions, 'db' | 'backend' | 'connectionString' | 'max' | 'options' | 'application_name' | 'connectionTimeoutMillis'>

export interface QueueEngineOptions {
  readonly database: KyselyDatabase
  readonly connection: EngineConnection
  /** For making and migrating the engine's schema, where the one above may not; default the same. */
  readonly ownerConnection?: EngineConnection
  /** A job whose worker gave no sign of life for so long is given to another; at least 10. */
  readonly heartbeatSeconds: number
  /** Before the first retry; each later one waits about twice as long as the one before, 0 none at all. */
  readonly retryDelaySeconds: number
  readonly logger: Logger
}

/** pg-boss with our queues: started on first use of `start`, a queue per kind of job, made when it is first needed. */
export class QueueEngine {
  readonly boss: PgBoss
  readonly #installer: PgBoss | undefined
  readonly #database: KyselyDatabase
  readonly #log: QueueLog
  readonly #heartbeatSeconds: number
  readonly #retryDelaySeconds: number
  readonly #queues = new Map<string, Promise<void>>()
  #listening: { close(): Promise<void> } | undefined

  constructor({ database, connection, ownerConnection, heartbeatSeconds, retryDelaySeconds, logger }: QueueEngineOptions) {
    this.#database = database
    this.#heartbeatSeconds = heartbeatSeconds
    this.#retryDelaySeconds = retryDelaySeconds
    const log = new QueueLog({ logger })
    this.#log = log
    const engine = (options: ConstructorOptions): PgBoss => {
      const boss = new PgBoss({ schema: engineSchema, registerInstance: false, schedule: false, openTelemetry: { enabled: false }, ...options })
      boss.on('error', (error) => log.error(error))
      boss.on('warning', ({ message, data }) => logger.warn({ data }, message))
      return boss
    }
    this.#installer = ownerConnection && engine({ ...ownerConnection, supervise: false })
    this.boss = engine({
      ...connection,
      migrate: !ownerConnection,
      monitorIntervalSeconds: 10,
      superviseIntervalSeconds: 10,
      ...(connection.backend === 'pglite' ? { reindex: false, monitorVacuum: false } : {}),
    })
  }

  /** Resolves when the kind has a queue, whose description is then in memory, so that sending asks nothing outside its transaction. */
  async ensureQueue(kind: string): Promise<void> {
    let made = this.#queues.get(kind)
    if (!made) {
      made = this.#makeQueue(kind)
      this.#queues.set(kind, made)
      made.catch(() => this.#queues.delete(kind))
    }
    await made
  }

  /** Logs an error of the engine, or of whoever asked it something. */
  report(error: unknown): void {
    this.#log.error(error)
  }

  /**
   * Makes or migrates the engine's schema, lets work above tenants use its tables, and starts the engine.
   *
   * @param onArrival - Called with the kind of each new job, of whichever process, and with none when some may have come unheard.
   * @throws MLError `MIGRATION_FAILED` for a schema of a newer engine
   */
  async start(onArrival: (kind?: string) => void): Promise<void> {
    await this.#database.asOwner(refuseNewerEngineSchema)
    if (this.#installer) {
      await this.#installer.start()
      await this.#installer.stop({ graceful: false })
      await this.#grantTables()
      await this.boss.start()
    } else {
      await this.boss.start()
      await this.#grantTables()
    }
    try {
      this.#listening = await this.boss.getDb().listen!(arrivalChannel, (kind) => onArrival(kind), () => onArrival())
    } catch (error) {
      // Without it jobs are found by looking for them.
      this.report(error)
    }
  }

  /** Ends at once, whatever runs. */
  async stop(): Promise<void> {
    await this.#listening?.close()
    await this.boss.stop({ graceful: false, close: true })
  }

  /** A sign of life for jobs of this process's. @returns the ids of those that it still holds */
  async touch(kind: string, jobs: readonly JobAttempt[]): Promise<ReadonlySet<string>> {
    if (jobs.length === 0) return new Set()
    // The engine answers so, though its types do not say it.
    const { settled } = (await this.boss.touch(kind, jobs.map(({ id, retryCount }) => ({ id, retryCount })))) as { readonly settled?: readonly string[] }
    return new Set(settled ?? jobs.map(({ id }) => id))
  }

  /** Sending inside a unit of work happens as the system. */
  #grantTables(): Promise<void> {
    return this.#database.asOwnerLocked(async (transaction) => {
      const { rows } = await sql<{ granted: boolean }>`select bool_and(has_table_privilege(${systemRole}, oid, 'insert')) as granted
        from pg_class where relnamespace = ${engineSchema}::regnamespace and relkind in ('r', 'p')`.execute(transaction)
      if (rows[0]!.granted) return
      await sql.raw(`grant usage on schema ${engineSchema} to ${systemRole}`).execute(transaction)
      await sql.raw(`grant select, insert, update, delete on all tables in schema ${engineSchema} to ${systemRole}`).execute(transaction)
      await sql.raw(`grant usage on all sequences in schema ${engineSchema} to ${systemRole}`).execute(transaction)
    })
  }

  /** What the engine takes for being worked on. */
  activeJobs<Data>(): Promise<{ readonly id: string; readonly name: string; readonly data: Data }[]> {
    return this.#database.asSystem(async (transaction) => {
      const { rows } = await sql<{ id: string; name: string; data: Data }>`
        select id, name, data from ${jobTable} where state = 'active'`.execute(transaction)
      return rows
    })
  }

  /** Puts a job back as it was before it was taken, so that the attempt does not count as a failed one. */
  async giveBack(name: string, id: string, options: { readonly delayMs: number }): Promise<void> {
    await this.#database.asSystem((transaction) =>
      sql`update ${jobTable} set state = 'created', started_on = null, heartbeat_on = null,
          start_after = now() + ${options.delayMs} * interval '1 millisecond'
        where name = ${name} and id = ${id} and state = 'active'`.execute(transaction),
    )
  }

  async #makeQueue(kind: string): Promise<void> {
    if (kind === deadLetterQueue) {
      await this.boss.createQueue(kind, { retentionSeconds: 365 * daySeconds, deleteAfterSeconds: 30 * daySeconds })
      return
    }
    await this.ensureQueue(deadLetterQueue)
    // With back-off, pg-boss takes no delay for a delay of one second.
    const retryDelay = this.#retryDelaySeconds
    const pace = retryDelay === 0 ? { retryDelay } : { retryDelay, retryBackoff: true, retryDelayMax: 300 }
    await this.boss.createQueue(kind, { ...queueOptions, ...pace, heartbeatSeconds: this.#heartbeatSeconds })
  }
}
