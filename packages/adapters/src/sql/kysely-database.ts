import { AsyncLocalStorage } from 'node:async_hooks'
import { type Database, type SchemaMigrations, type SnapshotView, type TenantId, PlatformError, isMLError, parseTenantId } from '@motadata/core'
import { CompiledQuery, type Dialect, Kysely, type Transaction, sql } from 'kysely'
import { migrateSchema } from './migrate-schema.js'
import { systemRole, tenantRole } from './roles.js'
import { asStorageError } from './storage-error.js'
import { asEntrance, fencedDialect } from './tenant-fence.js'

export interface KyselyDatabaseOptions {
  readonly engine: Database['engine']
  /** For units of work. */
  readonly dialect: Dialect
  /** For migrations, which run as the owner; the same connection when left out. */
  readonly owner?: Dialect
}

/** What may stand between quotes in a statement as it is. */
const plainText = /^[\w:/.-]*$/

/**
 * SQL through Kysely, the same on PGlite and PostgreSQL.
 *
 * Units do not nest: a unit begun inside another would wait for the connection that the outer one holds, so it is refused with
 * `INTERNAL`. Pass the transaction along instead.
 */
export class KyselyDatabase implements Database {
  readonly engine: Database['engine']
  readonly #units: Kysely<unknown>
  readonly #owner: Kysely<unknown>
  readonly #unit = new AsyncLocalStorage<{ open: boolean }>()
  #running = 0
  #closing = false
  #whenIdle: (() => void) | undefined
  #closed: Promise<void> | undefined

  constructor(options: KyselyDatabaseOptions) {
    this.engine = options.engine
    this.#units = new Kysely<unknown>({ dialect: fencedDialect(options.dialect, { enterAtOnce: options.engine === 'postgresql' }) })
    this.#owner = options.owner ? new Kysely<unknown>({ dialect: options.owner }) : this.#units
  }

  withTenant<Tables, Result>(tenantId: TenantId, work: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result> {
    return this.#run(() => this.#enter(entrance(tenantRole, parseTenantId(tenantId)), (transaction: Transaction<Tables>) => work(transaction)))
  }

  /** Not of the port: a unit beside which none of the same key runs, in whichever process. It waits for its turn before it sees any row. */
  withTenantLocked<Tables, Result>(tenantId: TenantId, key: string, work: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result> {
    return this.#run(() => this.#enter(entrance(tenantRole, parseTenantId(tenantId), key), (transaction: Transaction<Tables>) => work(transaction)))
  }

  asSystem<Tables, Result>(work: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result> {
    return this.#run(() => this.#enter(entrance(systemRole, ''), (transaction: Transaction<Tables>) => work(transaction)))
  }

  snapshot<Result>(work: (view: SnapshotView) => Promise<Result>): Promise<Result> {
    return this.#run(() =>
      this.#units.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(async (transaction) => {
        const readAs = async <Tables, Part>(role: string, tenantId: string, read: (transaction: Transaction<Tables>) => Promise<Part>): Promise<Part> => {
          await transaction.executeQuery(entrance(role, tenantId))
          return read(transaction as unknown as Transaction<Tables>)
        }
        return work({
          asTenant: (tenantId, read) => readAs(tenantRole, parseTenantId(tenantId), read),
          asSystem: (read) => readAs(systemRole, '', read),
        })
      }),
    )
  }

  /**
   * Not of the port: a unit that begins as the tenant and may go on as the system, for the job queue, whose row belongs to the
   * tenant and whose queue entry does not, and which come in one transaction. There is no way back to the tenant.
   */
  withTenantThenSystem<Tables, Result>(
    tenantId: TenantId,
    work: (transaction: Transaction<Tables>, becomeSystem: () => Promise<void>) => Promise<Result>,
  ): Promise<Result> {
    return this.#run(() =>
      this.#enter(entrance(tenantRole, parseTenantId(tenantId)), (transaction: Transaction<Tables>) =>
        work(transaction, async () => void (await transaction.executeQuery(entrance(systemRole, '')))),
      ),
    )
  }

  /** Not of the port: as the owner, outside of any unit, holding the connection; for opening the platform and for the queue's engine. */
  asOwner<Result>(work: (connection: Kysely<unknown>) => Promise<Result>): Promise<Result> {
    return this.#run(() => this.#owner.connection().execute(work))
  }

  /** Not of the port: a transaction as the owner that no other process runs at the same time; for setting up what all of them use. */
  asOwnerLocked<Result>(work: (transaction: Transaction<unknown>) => Promise<Result>): Promise<Result> {
    return this.#run(() =>
      this.#owner.transaction().execute(async (transaction) => {
        await sql`select pg_advisory_xact_lock(hashtext('motadata.setup'))`.execute(transaction)
        return work(transaction)
      }),
    )
  }

  migrate(migrations: SchemaMigrations): Promise<void> {
    return this.#run(() => migrateSchema(this.#owner, migrations))
  }

  async ping(): Promise<void> {
    try {
      await this.#run(() => sql`select 1`.execute(this.#units))
    } catch (cause) {
      if (isMLError(cause)) throw cause
      throw new PlatformError('STORAGE_UNAVAILABLE', `Expected the database (${this.engine}) to answer, got an error. Look at its log.`, { cause })
    }
  }

  /** Not of the port: for what would wait for the unit that asks for it, such as closing. Throws `INTERNAL` inside a unit. */
  refuseInsideUnit(): void {
    if (!this.#unit.getStore()?.open) return
    throw new PlatformError(
      'INTERNAL',
      'Expected one unit of work at a time, got something inside another that would wait for it for ever. ' +
        'Pass the transaction along, or begin the second after the first.',
    )
  }

  /** Waits for the units that run, then closes the connections. May be called more than once. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    this.#closing = true
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#whenIdle = resolve))
    await this.#units.destroy()
    if (this.#owner !== this.#units) await this.#owner.destroy()
  }

  async #run<Result>(work: () => Promise<Result>): Promise<Result> {
    this.refuseInsideUnit()
    if (this.#closing) throw new PlatformError('STORAGE_UNAVAILABLE', 'Expected an open platform, got one that is closed. Open it again.')
    const unit = { open: true }
    this.#running++
    try {
      return await this.#unit.run(unit, work)
    } catch (error) {
      throw asStorageError(error)
    } finally {
      unit.open = false
      if (--this.#running === 0) {
        // on Node 20 a store in use makes every promise of the process dearer, those of predictions too
        this.#unit.disable()
        this.#whenIdle?.()
      }
    }
  }

  #enter<Tables, Result>(query: CompiledQuery, work: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result> {
    return this.#units.transaction().execute(async (transaction) => {
      await transaction.executeQuery(query)
      return work(transaction as unknown as Transaction<Tables>)
    })
  }
}

/** The first statement of every unit of work: the role, the tenant and a lock, all until the transaction ends. */
function entrance(role: string, tenantId: string, lockKey?: string): CompiledQuery {
  const lock = lockKey === undefined ? '' : `, pg_advisory_xact_lock(hashtextextended(${quoted(lockKey)}, 0))`
  return asEntrance(CompiledQuery.raw(`select set_config('role', ${quoted(role)}, true), set_config('app.tenant_id', ${quoted(tenantId)}, true)${lock}`))
}

function quoted(text: string): string {
  if (!plainText.test(text)) throw new PlatformError('INTERNAL', `Expected letters, digits and - _ : / . only, got ${JSON.stringify(text.slice(0, 80))}.`)
  return `'${text}'`
}
