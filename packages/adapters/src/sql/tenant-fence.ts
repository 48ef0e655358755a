import { PlatformError } from '@motadata/core'
import { CompiledQuery, type DatabaseConnection, type Dialect, type Driver, type QueryResult, type TransactionSettings } from 'kysely'

/** Queries that begin a unit of work: once one has run, its connection is fenced until the transaction ends. */
const entrances = new WeakSet<CompiledQuery>()

/** Marks a query, which has no parameters, as the one that takes on a role; nothing else may, once the fence is up. */
export function asEntrance(query: CompiledQuery): CompiledQuery {
  entrances.add(query)
  return query
}

const allowedVerbs = new Set(['select', 'insert', 'update', 'delete', 'with', 'values', 'merge', 'explain', 'table', 'savepoint', 'release'])
const allowedPhrases = /^(rollback\s+to|set\s+constraints)\b/i
/** Functions that change a setting, or that run a text as a query, which might. */
const forbiddenFunctions = /\b(set_config|query_to_xml\w*|cursor_to_xml\w*|ts_stat|ts_rewrite)\b/i
const leadingNoise = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/|\()+/

/**
 * Keeps a unit of work in its role: between its first statement and its end, a connection takes queries and changes of rows only.
 * Without it `reset role` or `commit` in the middle of a unit would go on as the login, which row-level security may not bind.
 *
 * @param options.enterAtOnce - Whether the beginning of a transaction waits for its entrance and goes to the server with it, in one message;
 * the driver must send a query without parameters as it is.
 */
export function fencedDialect(dialect: Dialect, options: { readonly enterAtOnce: boolean }): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createDriver: () => new FencedDriver(dialect.createDriver(), options.enterAtOnce),
    createIntrospector: (database) => dialect.createIntrospector(database),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  }
}

class FencedConnection implements DatabaseConnection {
  readonly inner: DatabaseConnection
  fenced = false
  /** Of a transaction that has yet to begin, with its first query. */
  pending: TransactionSettings | undefined

  constructor(inner: DatabaseConnection) {
    this.inner = inner
  }

  async executeQuery<Row>(...[query, options]: Parameters<DatabaseConnection['executeQuery']>): Promise<QueryResult<Row>> {
    if (entrances.has(query)) {
      this.fenced = true
      const { pending } = this
      this.pending = undefined
      return this.inner.executeQuery<Row>(pending ? CompiledQuery.raw(`${beginning(pending)}; ${query.sql}`) : query, options)
    }
    if (this.fenced) refuseEscape(query.sql)
    await this.begin()
    return this.inner.executeQuery<Row>(query, options)
  }

  async *streamQuery<Row>(...[query, chunkSize, options]: Parameters<DatabaseConnection['streamQuery']>): AsyncIterableIterator<QueryResult<Row>> {
    if (this.fenced) refuseEscape(query.sql)
    await this.begin()
    yield* this.inner.streamQuery<Row>(query, chunkSize, options)
  }

  /** Begins the transaction that has yet to, if there is one. */
  async begin(): Promise<void> {
    const { pending } = this
    this.pending = undefined
    if (pending) await this.inner.executeQuery(CompiledQuery.raw(beginning(pending)))
  }
}

class FencedDriver implements Driver {
  readonly #inner: Driver
  readonly #enterAtOnce: boolean
  readonly #connections = new WeakMap<DatabaseConnection, FencedConnection>()

  constructor(inner: Driver, enterAtOnce: boolean) {
    this.#inner = inner
    this.#enterAtOnce = enterAtOnce
  }

  init(...[options]: Parameters<Driver['init']>): Promise<void> {
    return this.#inner.init(options)
  }

  async acquireConnection(...[options]: Parameters<Driver['acquireConnection']>): Promise<DatabaseConnection> {
    const inner = await this.#inner.acquireConnection(options)
    let connection = this.#connections.get(inner)
    if (!connection) this.#connections.set(inner, (connection = new FencedConnection(inner)))
    return connection
  }

  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const fenced = connection as FencedConnection
    fenced.fenced = false
    fenced.pending = this.#enterAtOnce ? settings : undefined
    if (!this.#enterAtOnce) await this.#inner.beginTransaction(fenced.inner, settings)
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const fenced = connection as FencedConnection
    fenced.fenced = false
    if (!hasBegun(fenced)) return
    await this.#inner.commitTransaction(fenced.inner)
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    const fenced = connection as FencedConnection
    fenced.fenced = false
    if (!hasBegun(fenced)) return
    await this.#inner.rollbackTransaction(fenced.inner)
  }

  async savepoint(...[connection, name, compile]: Parameters<NonNullable<Driver['savepoint']>>): Promise<void> {
    await (connection as FencedConnection).begin()
    await this.#inner.savepoint?.((connection as FencedConnection).inner, name, compile)
  }

  async rollbackToSavepoint(...[connection, name, compile]: Parameters<NonNullable<Driver['rollbackToSavepoint']>>): Promise<void> {
    await this.#inner.rollbackToSavepoint?.((connection as FencedConnection).inner, name, compile)
  }

  async releaseSavepoint(...[connection, name, compile]: Parameters<NonNullable<Driver['releaseSavepoint']>>): Promise<void> {
    await this.#inner.releaseSavepoint?.((connection as FencedConnection).inner, name, compile)
  }

  releaseConnection(connection: DatabaseConnection): Promise<void> {
    return this.#inner.releaseConnection((connection as FencedConnection).inner)
  }

  destroy(): Promise<void> {
    return this.#inner.destroy()
  }
}

/** False for a transaction that asked nothing, which the server never heard of. */
function hasBegun(connection: FencedConnection): boolean {
  const { pending } = connection
  connection.pending = undefined
  return !pending
}

function beginning({ isolationLevel, accessMode }: TransactionSettings): string {
  return ['begin', ...(isolationLevel ? [`isolation level ${isolationLevel}`] : []), ...(accessMode ? [accessMode] : [])].join(' ')
}

function refuseEscape(sql: string): void {
  const statement = sql.replace(leadingNoise, '')
  const verb = /^[a-z]*/i.exec(statement)![0].toLowerCase()
  if ((allowedVerbs.has(verb) || allowedPhrases.test(statement)) && !forbiddenFunctions.test(statement)) return
  throw new PlatformError(
    'INTERNAL',
    `Expected a query or a change of rows inside a unit of work, got a statement that begins with '${verb}' or that may change a setting. ` +
      'A unit can not change its role, its tenant or its transaction; schemas are changed by migrations.',
  )
}
