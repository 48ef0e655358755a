import type { Kysely, Transaction } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { TenantId } from '../domain/tenant.js'

/** The migrations of one package: it owns one PostgreSQL schema and its own history in it. Names sort in the order to run. */
export interface SchemaMigrations {
  readonly schema: string
  readonly migrations: Readonly<Record<string, Migration>>
  /**
   * Names of those that only add, so that a process of the release before, which knows nothing of them, works on beside. All others
   * contract: an older process that finds one refuses to open.
   */
  readonly expanding?: readonly string[]
}

/**
 * SQL. There are two ways to it and no third: as one tenant, or as the system.
 *
 * `Tables` is the caller's own schema, named at the call: `withTenant(id, (transaction: Transaction<RegistryTables>) => …)`.
 */
export interface Database {
  readonly engine: 'pglite' | 'postgresql'
  /** One transaction in which row-level security admits only that tenant's rows. A thrown error rolls it back. */
  withTenant<Tables, Result>(tenantId: TenantId, work: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result>
  /** One transaction as the role `ml_system`, which sees only what a table's policy grants it: for work above tenants. */
  asSystem<Tables, Result>(work: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result>
  /**
   * All tenants at one moment: what `work` reads through the view, as one tenant after the other or as the system, is of one snapshot,
   * whatever others write meanwhile. For reading only. On PGlite others wait until it ends.
   */
  snapshot<Result>(work: (view: SnapshotView) => Promise<Result>): Promise<Result>
  /**
   * Brings a package's schema to its newest version, once, under a lock. A schema that is newer already is left as it is.
   *
   * @throws MLError `MIGRATION_FAILED`, also for a schema that a newer release has contracted
   */
  migrate(migrations: SchemaMigrations): Promise<void>
  /** Resolves when the engine answers, else throws MLError `STORAGE_UNAVAILABLE`. */
  ping(): Promise<void>
}

/** How a snapshot is read; one reading at a time. */
export interface SnapshotView {
  /** As {@link Database.withTenant}. */
  asTenant<Tables, Result>(tenantId: TenantId, read: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result>
  /** As {@link Database.asSystem}. */
  asSystem<Tables, Result>(read: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result>
}

/** The connection that a migration gets. */
export type MigrationDatabase = Kysely<unknown>
