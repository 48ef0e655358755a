import type { Logger } from '@motadata/core'
import { sql } from 'kysely'
import { type ConstructorOptions, PgBoss, type Queue } from 'pg-boss'
import type { KyselyDatabase } from '../sql/kysely-database.js'
import { systemRole } from '../sql/roles.js'

/** The schema of the queue's engine. It is not tenant-isolated: jobs are there by their ids only. */
export const engineSchema = 'pgboss'
export const deadLetterQueue = '_dead-letter'
/** Attempts after the first. */
export const retryLimit = 3

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

export interface QueueEngineOptions {
  readonly database: KyselyDatabase
  readonly connection: Pick<ConstructorOptions, 'db' | 'backend' | 'connectionString' | 'max' | 'migrate' | 'createSchema'>
  /** A job whose worker gave no sign of life for so long is given to another; at least 10. */
  readonly heartbeatSeconds: number
  /** Before the first retry; each later one waits about twice as long as the one before, 0 none at all. */
  readonly retryDelaySeconds: number
  readonly logger: Logger
}

/** pg-boss with our queues: started on first use of `start`, a queue per kind of job, made when it is first needed. */
export class QueueEngine {
  readonly boss: PgBoss
  readonly #database: KyselyDatabase
  readonly #heartbeatSeconds: number
  readonly #retryDelaySeconds: number
  readonly #queues = new Map<string, Promise<void>>()

  constructor({ database, connection, heartbeatSeconds, retryDelaySeconds, logger }: QueueEngineOptions) {
    this.#database = database
    this.#heartbeatSeconds = heartbeatSeconds
    this.#retryDelaySeconds = retryDelaySeconds
    this.boss = new PgBoss({
      ...connection,
      schema: engineSchema,
      useListenNotify: true,
      registerInstance: false,
      schedule: false,
      openTelemetry: { enabled: false },
      monitorIntervalSeconds: 10,
      superviseIntervalSeconds: 10,
      ...(connection.backend === 'pglite' ? { reindex: false, monitorVacuum: false } : {}),
    })
    this.boss.on('error', (error) => logger.error({ error }, 'the job queue met an error'))
    this.boss.on('warning', ({ message, data }) => logger.warn({ data }, message))
  }

  /** Resolves when the kind has a queue, whose description is then in memory: sending needs no statement outside the sender's transaction. */
  async ensureQueue(kind: string): Promise<void> {
    let made = this.#queues.get(kind)
    if (!made) {
      made = this.#makeQueue(kind)
      this.#queues.set(kind, made)
      made.catch(() => this.#queues.delete(kind))
    }
    await made
  }

  /** Starts the engine, and lets work above tenants use its tables, as sending inside a unit of work does. */
  async start(): Promise<void> {
    await this.boss.start()
    await this.#database.asOwner(async (connection) => {
      await sql.raw(`grant usage on schema ${engineSchema} to ${systemRole}`).execute(connection)
      await sql.raw(`grant select, insert, update, delete on all tables in schema ${engineSchema} to ${systemRole}`).execute(connection)
    })
  }

  /** What the engine takes for being worked on. */
  activeJobs<Data>(): Promise<{ readonly id: string; readonly name: string; readonly data: Data }[]> {
    return this.#database.asSystem(async (transaction) => {
      const { rows } = await sql<{ id: string; name: string; data: Data }>`select id, name, data from ${jobTable} where state = 'active'`.execute(transaction)
      return rows
    })
  }

  /** Puts a job back as it was before it was taken, so that the attempt does not count as a failed one. */
  async giveBack(name: string, id: string): Promise<void> {
    await this.#database.asSystem((transaction) =>
      sql`update ${jobTable} set state = 'created', started_on = null, heartbeat_on = null where name = ${name} and id = ${id} and state = 'active'`.execute(transaction),
    )
  }

  async #makeQueue(kind: string): Promise<void> {
    if (kind === deadLetterQueue) {
      await this.boss.createQueue(kind, { retentionSeconds: 365 * daySeconds, deleteAfterSeconds: 30 * daySeconds })
      return
    }
    await this.ensureQueue(deadLetterQueue)
    // With back-off, pg-boss takes no delay for a delay of one second.
    const pace = this.#retryDelaySeconds === 0 ? { retryDelay: 0 } : { retryDelay: this.#retryDelaySeconds, retryBackoff: true, retryDelayMax: 300 }
    await this.boss.createQueue(kind, { ...queueOptions, ...pace, heartbeatSeconds: this.#heartbeatSeconds })
  }
}
