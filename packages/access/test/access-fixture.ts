import { openPlatform, silentLogger } from '@motadata/adapters'
import {
  type ChangeSignal, type Clock, type Database, type Logger, type Platform, platformContext, type RequestContext, type SchemaMigrations,
  type TenantId,
} from '@motadata/core'
import type { Transaction } from 'kysely'
import { Access, type AccessOptions, type CreatedTenant, type IssuedApiKey, platformTenantId } from '../src/index.js'

/** A clock that stands until it is moved. */
export class FixedClock implements Clock {
  #nowMs: number

  constructor(start: string) {
    this.#nowMs = Date.parse(start)
  }

  nowMs(): number {
    return this.#nowMs
  }

  advance(ms: number): void {
    this.#nowMs += ms
  }
}

/** The real database, with its units counted, and held back after they ended where a test wants that. */
export class WatchedDatabase implements Database {
  readonly #inner: Database
  unitCount = 0
  holdBack: Promise<void> | undefined

  constructor(inner: Database) {
    this.#inner = inner
  }

  get engine(): Database['engine'] {
    return this.#inner.engine
  }

  async withTenant<Tables, Result>(tenantId: TenantId, work: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result> {
    this.unitCount++
    const result = await this.#inner.withTenant(tenantId, work)
    await this.holdBack
    return result
  }

  asSystem<Tables, Result>(work: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result> {
    this.unitCount++
    return this.#inner.asSystem(work)
  }

  snapshot: Database['snapshot'] = (work) => this.#inner.snapshot(work)

  migrate(migrations: SchemaMigrations): Promise<void> {
    return this.#inner.migrate(migrations)
  }

  ping(): Promise<void> {
    return this.#inner.ping()
  }
}

/** What another process hears when the signal is lost: nothing. */
export const lostSignal: ChangeSignal = { publish: async () => undefined, subscribe: () => () => undefined }

/** A logger that keeps what it is told. */
export class KeptLog implements Logger {
  readonly lines: string[] = []

  debug(fields: Readonly<Record<string, unknown>>, message: string): void {
    this.lines.push(JSON.stringify({ ...fields, message }))
  }

  info = this.debug
  warn = this.debug
  error = this.debug
}

/** Access on a database in memory, whose clock stands at 2026-03-01 12:00 UTC. */
export class AccessFixture {
  readonly platform: Platform
  readonly database: WatchedDatabase
  readonly clock = new FixedClock('2026-03-01T12:00:00Z')
  readonly log = new KeptLog()
  access!: Access
  readonly operator: RequestContext = platformContext(platformTenantId, 'test')
  #tenantCount = 0

  private constructor(platform: Platform) {
    this.platform = platform
    this.database = new WatchedDatabase(platform.database)
  }

  static async open(): Promise<AccessFixture> {
    const fixture = new AccessFixture(await openPlatform({ inMemory: true, logger: silentLogger }))
    fixture.access = await fixture.another()
    return fixture
  }

  /** Another process on the same database, as far as access goes. */
  another(options: { readonly changes?: ChangeSignal; readonly database?: Database } & AccessOptions = {}): Promise<Access> {
    const { changes = this.platform.changes, database = this.database, ...rest } = options
    return Access.open({ database, changes, clock: this.clock, ids: this.platform.ids, logger: this.log }, rest)
  }

  /** A tenant that no other test has. */
  createTenant(): Promise<CreatedTenant> {
    return this.access.tenants.create(this.operator, { id: `tenant-${++this.#tenantCount}` })
  }

  /** The context of whoever holds the key. */
  contextOf(issued: IssuedApiKey): Promise<RequestContext> {
    return this.access.authenticateKey(issued.key, { requestId: 'test', requiredAccess: issued.role })
  }

  close(): Promise<void> {
    return this.platform.close()
  }
}

/** The code of the error that something is refused with. */
export async function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    (value) => ({ accepted: value }),
    (error: { readonly code?: unknown }) => error.code ?? error,
  )
}
