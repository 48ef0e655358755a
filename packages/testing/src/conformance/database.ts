import { type Database, type MigrationDatabase, type SchemaMigrations, type TenantId, parseTenantId, secureTenantTable } from '@motadata/core'
import { type Transaction, sql } from 'kysely'
import { defer } from '../deferred.js'
import { acme, globex } from './tenants.js'

interface Note {
  tenant_id: string
  id: string
  text: string
}

interface ConformanceTables {
  'conformance.note': Note
  'conformance.notice': Note
  'conformance.letter': Note
}

type NoteTable = keyof ConformanceTables

/** note is the tenants' alone; the system may read notice, and write letter. */
const systemAccess = { note: {}, notice: { system: 'read' }, letter: { system: 'write' } } as const

const conformanceMigrations: SchemaMigrations = {
  schema: 'conformance',
  migrations: {
    '0001-tables': {
      async up(database: MigrationDatabase): Promise<void> {
        for (const [table, access] of Object.entries(systemAccess)) {
          await sql`create table ${sql.table(`conformance.${table}`)} (tenant_id text, id text, text text not null, primary key (tenant_id, id))`.execute(database)
          for (const statement of secureTenantTable('conformance', table, access)) await statement.execute(database)
        }
      },
    },
  },
}

export interface OpenedDatabase {
  readonly database: Database
  /** May be called more than once. */
  close(): Promise<void>
}

/** What every Database does, and what no unit of work can get round. One database is opened for the whole suite. */
export function describeDatabase(name: string, open: () => Promise<OpenedDatabase>): void {
  describe(`Database: ${name}`, () => {
    let opened: OpenedDatabase
    let database: Database

    beforeAll(async () => {
      opened = await open()
      database = opened.database
      await database.migrate(conformanceMigrations)
    })

    afterAll(() => opened.close())

    const write = (tenantId: TenantId, id: string, text: string, table: NoteTable = 'conformance.note'): Promise<void> =>
      database.withTenant(tenantId, async (transaction: Transaction<ConformanceTables>) => {
        await transaction.insertInto(table).values({ tenant_id: tenantId, id, text }).execute()
      })

    const read = (tenantId: TenantId, table: NoteTable = 'conformance.note'): Promise<Note[]> =>
      database.withTenant(tenantId, (transaction: Transaction<ConformanceTables>) => transaction.selectFrom(table).selectAll().orderBy('id').execute())

    const readAsSystem = (table: NoteTable): Promise<Note[]> =>
      database.asSystem((transaction: Transaction<ConformanceTables>) => transaction.selectFrom(table).selectAll().orderBy('id').execute())

    /** A tenant of its own, so that tests do not meet each other's rows. */
    let tenants = 0
    const newTenant = (): TenantId => parseTenantId(`tenant-${++tenants}`)

    it('answers a ping', async () => {
      await expect(database.ping()).resolves.toBeUndefined()
    })

    describe('a snapshot', () => {
      it('shows all tenants at one moment, whatever others write meanwhile', async () => {
        const [one, two] = [newTenant(), newTenant()]
        await write(one, 'a', 'before')
        await write(two, 'a', 'before')
        const [begun, go] = [defer(), defer()]
        const texts = (transaction: Transaction<ConformanceTables>) => transaction.selectFrom('conformance.note').select(['tenant_id', 'text']).execute()
        const seeing = database.snapshot(async (view) => {
          const first = await view.asTenant(one, texts)
          begun.resolve()
          await go.promise
          const role = await view.asSystem(async (transaction) => (await sql`select current_user as role`.execute(transaction)).rows)
          return [first, role, await view.asTenant(two, texts), await view.asTenant(one, texts)]
        })
        await begun.promise
        const writing = Promise.all([write(one, 'b', 'meanwhile'), write(two, 'b', 'meanwhile')])
        // on an engine with one connection they wait for the snapshot's end
        if (database.engine === 'postgresql') await writing
        go.resolve()
        const ofOne = [{ tenant_id: one, text: 'before' }]
        expect(await seeing).toEqual([ofOne, [{ role: 'ml_system' }], [{ tenant_id: two, text: 'before' }], ofOne])
        await writing
        expect(await read(one)).toHaveLength(2)
      })
    })

    describe('a tenant', () => {
      it('reads what it wrote, and another tenant reads nothing of it', async () => {
        await write(acme, 'a', 'of acme')
        await write(globex, 'g', 'of globex')
        expect(await read(acme)).toEqual([{ tenant_id: 'acme', id: 'a', text: 'of acme' }])
        expect(await read(globex)).toEqual([{ tenant_id: 'globex', id: 'g', text: 'of globex' }])
      })

      it('may use an id that another tenant uses', async () => {
        const [one, two] = [newTenant(), newTenant()]
        await write(one, 'same', 'one')
        await write(two, 'same', 'two')
        expect(await read(one)).toEqual([{ tenant_id: one, id: 'same', text: 'one' }])
      })

      it('can not write a row of another tenant', async () => {
        const [one, two] = [newTenant(), newTenant()]
        const foreign = database.withTenant(one, (transaction: Transaction<ConformanceTables>) =>
          transaction.insertInto('conformance.note').values({ tenant_id: two, id: 'x', text: 'x' }).execute(),
        )
        await expect(foreign).rejects.toThrow(/row-level security/)
        expect(await read(two)).toEqual([])
      })

      it('can not give a row of its own away', async () => {
        const [one, two] = [newTenant(), newTenant()]
        await write(one, 'x', 'x')
        const moved = database.withTenant(one, (transaction: Transaction<ConformanceTables>) =>
          transaction.updateTable('conformance.note').set({ tenant_id: two }).where('id', '=', 'x').execute(),
        )
        await expect(moved).rejects.toThrow(/row-level security/)
        expect(await read(one)).toHaveLength(1)
        expect(await read(two)).toEqual([])
      })

      it('changes and deletes nothing of another tenant, even when it names the row', async () => {
        const [one, two] = [newTenant(), newTenant()]
        await write(two, 'x', 'before')
        await database.withTenant(one, async (transaction: Transaction<ConformanceTables>) => {
          const changed = await transaction.updateTable('conformance.note').set({ text: 'after' }).where('tenant_id', '=', two).executeTakeFirst()
          const deleted = await transaction.deleteFrom('conformance.note').where('tenant_id', '=', two).executeTakeFirst()
          expect([changed.numUpdatedRows, deleted.numDeletedRows]).toEqual([0n, 0n])
        })
        expect(await read(two)).toEqual([{ tenant_id: two, id: 'x', text: 'before' }])
      })

      it('can not take over a row of another tenant by an upsert', async () => {
        const [one, two] = [newTenant(), newTenant()]
        await write(two, 'x', 'before')
        const upsert = database.withTenant(one, (transaction: Transaction<ConformanceTables>) =>
          transaction
            .insertInto('conformance.note')
            .values({ tenant_id: two, id: 'x', text: 'after' })
            .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doUpdateSet({ text: 'after' }))
            .execute(),
        )
        await expect(upsert).rejects.toThrow(/row-level security/)
        expect(await read(two)).toEqual([{ tenant_id: two, id: 'x', text: 'before' }])
      })

      it('is refused when its id is malformed, before anything is asked', async () => {
        for (const id of ['', 'Acme', "a'; reset role; --", '../acme']) {
          await expect(database.withTenant(id as TenantId, () => Promise.resolve(1))).rejects.toMatchObject({ code: 'TENANT_ID_INVALID' })
        }
      })
    })

    describe('a role', () => {
      it('is ml_app for a tenant and ml_system for the system, neither of which passes by row-level security', async () => {
        const who = (transaction: Transaction<unknown>): Promise<unknown> =>
          sql`select current_user as name, core.tenant_id() as tenant, rolsuper, rolbypassrls from pg_roles where rolname = current_user`
            .execute(transaction)
            .then(({ rows }) => rows[0])
        const harmless = { rolsuper: false, rolbypassrls: false }
        expect(await database.withTenant(acme, who)).toEqual({ name: 'ml_app', tenant: 'acme', ...harmless })
        expect(await database.asSystem(who)).toEqual({ name: 'ml_system', tenant: null, ...harmless })
        expect(await database.withTenant(globex, who)).toEqual({ name: 'ml_app', tenant: 'globex', ...harmless })
      })

      it.each([
        'reset role',
        'RESET ALL',
        "set role 'postgres'",
        'set local role postgres',
        'set session authorization default',
        "set app.tenant_id = 'globex'",
        '/* harmless */ -- really\n reset role',
        "select set_config('app.tenant_id', 'globex', true)",
        "with x as (select pg_catalog.SET_CONFIG('role', 'postgres', true)) select * from x",
        "select query_to_xml('select set_' || 'config(''role'', ''postgres'', true)', true, false, '')",
        "select * from ts_stat('select set_' || 'config(''role'', ''postgres'', true)::tsvector')",
        'commit',
        'rollback',
        'end',
        'discard all',
        "do $$ begin execute 'reset role'; end $$",
        'begin',
      ])('can not be left by: %s', async (statement) => {
        const tenant = newTenant()
        const escape = database.withTenant(tenant, async (transaction: Transaction<ConformanceTables>) => {
          await transaction.insertInto('conformance.note').values({ tenant_id: tenant, id: 'x', text: 'x' }).execute()
          await sql.raw(statement).execute(transaction)
        })
        await expect(escape).rejects.toMatchObject({ code: 'INTERNAL' })
        expect(await read(tenant)).toEqual([])
      })

      it('allows savepoints and queries that only look like an escape', async () => {
        await database.withTenant(acme, async (transaction: Transaction<ConformanceTables>) => {
          await sql`savepoint before_trying`.execute(transaction)
          await expect(sql`select 1 / 0`.execute(transaction)).rejects.toThrow(/division by zero/)
          await sql`rollback to savepoint before_trying`.execute(transaction)
          const { rows } = await sql`select ${'reset role'} as text`.execute(transaction)
          expect(rows).toEqual([{ text: 'reset role' }])
        })
      })

      it('has no tables to make and none of the migrations to change', async () => {
        for (const statement of ['create table conformance.mine (id text)', 'drop table conformance.note', 'alter table conformance.note disable row level security']) {
          await expect(database.withTenant(acme, (transaction: Transaction<unknown>) => sql.raw(statement).execute(transaction))).rejects.toMatchObject({ code: 'INTERNAL' })
        }
      })
    })

    describe('the system', () => {
      it('sees no table that does not grant it', async () => {
        await expect(readAsSystem('conformance.note')).rejects.toThrow(/permission denied/)
      })

      it('reads rows of all tenants where it may read, and writes none', async () => {
        await write(acme, 'n', 'acme', 'conformance.notice')
        await write(globex, 'n', 'globex', 'conformance.notice')
        expect((await readAsSystem('conformance.notice')).map(({ text }) => text).sort()).toEqual(['acme', 'globex'])
        const written = database.asSystem((transaction: Transaction<ConformanceTables>) =>
          transaction.updateTable('conformance.notice').set({ text: 'changed' }).execute(),
        )
        await expect(written).rejects.toThrow(/permission denied/)
      })

      it('writes rows of any tenant where it may write, and the tenants still see their own only', async () => {
        await database.asSystem(async (transaction: Transaction<ConformanceTables>) => {
          for (const tenant of [acme, globex]) await transaction.insertInto('conformance.letter').values({ tenant_id: tenant, id: 'l', text: `to ${tenant}` }).execute()
        })
        expect(await read(acme, 'conformance.letter')).toEqual([{ tenant_id: 'acme', id: 'l', text: 'to acme' }])
      })
    })

    describe('a unit of work', () => {
      it('returns what its work returns', async () => {
        expect(await database.withTenant(acme, () => Promise.resolve({ answer: 42 }))).toEqual({ answer: 42 })
      })

      it('leaves nothing behind when its work throws, and passes the error on as it is', async () => {
        const tenant = newTenant()
        const reason = new Error('changed my mind')
        const unit = database.withTenant(tenant, async (transaction: Transaction<ConformanceTables>) => {
          await transaction.insertInto('conformance.note').values({ tenant_id: tenant, id: 'x', text: 'x' }).execute()
          throw reason
        })
        await expect(unit).rejects.toBe(reason)
        expect(await read(tenant)).toEqual([])
      })

      it('does not commit after a statement failed, even when the work goes on', async () => {
        const tenant = newTenant()
        const unit = database.withTenant(tenant, async (transaction: Transaction<ConformanceTables>) => {
          await transaction.insertInto('conformance.note').values({ tenant_id: tenant, id: 'x', text: 'x' }).execute()
          await sql`select 1 / 0`.execute(transaction).catch(() => undefined)
        })
        await unit.catch(() => undefined)
        expect(await read(tenant)).toEqual([])
      })

      it('keeps to itself while others run', async () => {
        const crowd = Array.from({ length: 40 }, newTenant)
        await Promise.all(
          crowd.flatMap((tenant) =>
            ['first', 'second'].map((id) =>
              database.withTenant(tenant, async (transaction: Transaction<ConformanceTables>) => {
                await transaction.insertInto('conformance.note').values({ tenant_id: tenant, id, text: tenant }).execute()
                await Promise.resolve()
                const rows = await transaction.selectFrom('conformance.note').selectAll().execute()
                expect(new Set(rows.map((row) => row.tenant_id))).toEqual(new Set([tenant]))
              }),
            ),
          ),
        )
        for (const tenant of crowd) expect(await read(tenant)).toHaveLength(2)
      })

      it('loses no change when many change one row', async () => {
        const tenant = newTenant()
        await write(tenant, 'counter', '0')
        const increment = (): Promise<void> =>
          database.withTenant(tenant, async (transaction: Transaction<ConformanceTables>) => {
            const row = await transaction.selectFrom('conformance.note').select('text').where('id', '=', 'counter').forUpdate().executeTakeFirstOrThrow()
            await transaction.updateTable('conformance.note').set({ text: String(Number(row.text) + 1) }).where('id', '=', 'counter').execute()
          })
        await Promise.all(Array.from({ length: 50 }, increment))
        expect(await read(tenant)).toEqual([{ tenant_id: tenant, id: 'counter', text: '50' }])
      })

      it('refuses another one inside it instead of waiting for ever', async () => {
        const tenant = newTenant()
        for (const inner of [() => write(tenant, 'y', 'y'), () => database.asSystem(() => Promise.resolve()), () => database.ping(), () => database.migrate(conformanceMigrations)]) {
          await expect(database.withTenant(tenant, inner)).rejects.toMatchObject({ code: 'INTERNAL' })
        }
        await write(tenant, 'x', 'after')
        expect(await read(tenant)).toHaveLength(1)
      })
    })

    describe('migrations', () => {
      const create = (table: string) => ({
        up: async (migration: MigrationDatabase): Promise<void> => void (await sql`create table ${sql.table(table)} (id text)`.execute(migration)),
      })
      const tablesOf = (schema: string): Promise<string[]> =>
        database.asSystem(async (transaction: Transaction<unknown>) => {
          const { rows } = await sql<{ name: string }>`
            select relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where nspname = ${schema} and relkind = 'r' and relname not like 'kysely%' order by 1`.execute(transaction)
          return rows.map((row) => row.name)
        })

      it('run once, in the order of their names, and later ones after them', async () => {
        const order: string[] = []
        const noted = (table: string) => ({
          up: async (migration: MigrationDatabase): Promise<void> => {
            order.push(table)
            await create(`ordered.${table}`).up(migration)
          },
        })
        await database.migrate({ schema: 'ordered', migrations: { '0002-second': noted('second'), '0001-first': noted('first') } })
        const later = { '0001-first': noted('first'), '0002-second': noted('second'), '0003-third': noted('third') }
        await database.migrate({ schema: 'ordered', migrations: later })
        await database.migrate({ schema: 'ordered', migrations: later })
        expect(order).toEqual(['first', 'second', 'third'])
        expect(await tablesOf('ordered')).toEqual(['first', 'second', 'third'])
      })

      it('apply all or nothing, and tell why', async () => {
        const broken = { up: async (migration: MigrationDatabase): Promise<void> => void (await sql`select no_such_function()`.execute(migration)) }
        const failing = database.migrate({ schema: 'halfway', migrations: { '0001-good': create('halfway.good'), '0002-broken': broken } })
        await expect(failing).rejects.toMatchObject({ code: 'MIGRATION_FAILED', cause: expect.objectContaining({ message: expect.stringMatching(/no_such_function/) }) })
        expect(await tablesOf('halfway')).toEqual([])
        await database.migrate({ schema: 'halfway', migrations: { '0001-good': create('halfway.good') } })
        expect(await tablesOf('halfway')).toEqual(['good'])
      })

      it('refuse a history that is not theirs', async () => {
        await database.migrate({ schema: 'history', migrations: { '0001-old': create('history.old') } })
        await expect(database.migrate({ schema: 'history', migrations: { '0001-new': create('history.new') } })).rejects.toMatchObject({ code: 'MIGRATION_FAILED' })
      })

      it('let the release before work on beside those that only add, also when they came at once', async () => {
        const older = { schema: 'expanded', migrations: { '0001-first': create('expanded.first') } }
        const newer = {
          schema: 'expanded',
          migrations: { ...older.migrations, '0002-second': create('expanded.second'), '0003-third': create('expanded.third') },
          expanding: ['0002-second', '0003-third'],
        }
        await database.migrate(older)
        await database.migrate(newer)
        await expect(database.migrate(older)).resolves.toBeUndefined()
        await expect(database.migrate(newer)).resolves.toBeUndefined()
        expect(await tablesOf('expanded')).toEqual(['first', 'second', 'third'])
      })

      it('refuse a schema that a newer release has contracted, and say which one', async () => {
        const older = { schema: 'contracted', migrations: { '0001-first': create('contracted.first') } }
        const added = { ...older, migrations: { ...older.migrations, '0002-added': create('contracted.added') }, expanding: ['0002-added'] }
        await database.migrate({ ...added, migrations: { ...added.migrations, '0003-contracting': create('contracted.third') } })
        for (const known of [older, added]) {
          await expect(database.migrate(known)).rejects.toMatchObject({
            code: 'MIGRATION_FAILED',
            message: expect.stringMatching(/newer release.*'0003-contracting'/),
            details: { schema: 'contracted', contracting: ['0003-contracting'] },
          })
        }
        expect(await tablesOf('contracted')).toEqual(['added', 'first', 'third'])
      })

      it('refuse to call something expanding that is none of them', async () => {
        const typo = { schema: 'typo', migrations: { '0001-first': create('typo.first') }, expanding: ['0001-frist'] }
        await expect(database.migrate(typo)).rejects.toMatchObject({ code: 'MIGRATION_FAILED', message: expect.stringContaining('0001-frist') })
      })

      it('run once when asked for many times at once', async () => {
        let runs = 0
        const counted = {
          up: async (migration: MigrationDatabase): Promise<void> => {
            runs++
            await create('crowded.only').up(migration)
          },
        }
        await Promise.all(Array.from({ length: 5 }, () => database.migrate({ schema: 'crowded', migrations: { '0001-only': counted } })))
        expect(runs).toBe(1)
      })

      it('refuse a malformed schema name', async () => {
        for (const schema of ['', 'a"b', 'Upper', 'pg_mine', 'x; drop schema core']) {
          await expect(database.migrate({ schema, migrations: {} })).rejects.toMatchObject({ code: 'MIGRATION_FAILED' })
        }
      })
    })

    // The last one: it closes the database.
    it('lets what runs end when it is closed, and then answers STORAGE_UNAVAILABLE', async () => {
      const tenant = newTenant()
      const [began, go] = [defer(), defer()]
      const unit = database.withTenant(tenant, async (transaction: Transaction<ConformanceTables>) => {
        began.resolve()
        await go.promise
        await transaction.insertInto('conformance.note').values({ tenant_id: tenant, id: 'x', text: 'x' }).execute()
        return transaction.selectFrom('conformance.note').selectAll().execute()
      })
      await began.promise
      const closing = opened.close()
      go.resolve()
      expect(await unit).toHaveLength(1)
      await closing
      await expect(database.ping()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
      await expect(read(tenant)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
      await expect(database.migrate(conformanceMigrations)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    })
  })
}
