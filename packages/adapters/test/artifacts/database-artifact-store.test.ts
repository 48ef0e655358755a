import { sha256 } from '@motadata/core'
import { FixedClock, type OpenedDatabase, acme, describeArtifactStore, globex } from '@motadata/testing'
import { sql } from 'kysely'
import { DatabaseArtifactStore } from '../../src/artifacts/database-artifact-store.js'
import { storeEngines } from '../engines.js'
import { reportMissingServer } from '../postgresql/server.js'

for (const { name, openDatabase } of storeEngines) {
  describe(name, () => {
    let opened: OpenedDatabase
    const clock = new FixedClock()
    const open = async (): Promise<DatabaseArtifactStore> => {
      const store = new DatabaseArtifactStore({ database: opened.database, clock })
      await store.open()
      for (const tenant of [acme, globex]) {
        for (const table of ['artifact', 'chunk']) await opened.database.withTenant(tenant, (transaction) => sql`delete from ${sql.table(`artifacts.${table}`)}`.execute(transaction))
      }
      return store
    }

    beforeAll(async () => {
      opened = await openDatabase()
    })
    afterAll(() => opened.close())

    describeArtifactStore(
      `tables on ${name}`,
      async () => ({
        store: await open(),
        damage: async (tenantId, hash) => {
          await opened.database.withTenant(tenantId, (transaction) => sql`update artifacts.chunk set bytes = set_byte(bytes, 0, 255 - get_byte(bytes, 0)) where sha256 = ${hash}`.execute(transaction))
        },
        close: () => Promise.resolve(),
      }),
      { damageable: true },
    )

    it('keeps chunks of a mebibyte, and writes none again that are there', async () => {
      const store = await open()
      const bytes = Uint8Array.from({ length: 2 * 1024 * 1024 + 1 }, (_, i) => (i * 31) & 0xff)
      await store.put(acme, bytes)
      const chunks = (): Promise<unknown[]> =>
        opened.database.withTenant(acme, async (transaction) => (await sql`select number, length(bytes) as length, xmin::text as written from artifacts.chunk order by number`.execute(transaction)).rows)
      const before = await chunks()
      expect(before).toMatchObject([{ number: 0, length: 1_048_576 }, { number: 1, length: 1_048_576 }, { number: 2, length: 1 }])
      clock.advance(1_000)
      await store.put(acme, bytes)
      expect(await chunks()).toEqual(before)
      for await (const { modifiedAtMs } of store.list(acme)) expect(modifiedAtMs).toBe(clock.nowMs())
    })

    it('takes an artifact with a chunk lost, or one too many, for corrupt, and heals it', async () => {
      const store = await open()
      const bytes = new Uint8Array(1024 * 1024 + 1).fill(7)
      const { sha256: hash } = await store.put(acme, bytes)
      const damages = [
        sql`delete from artifacts.chunk where number = 1`,
        sql`delete from artifacts.chunk`,
        sql`update artifacts.chunk set bytes = '' where number = 1`,
        sql`update artifacts.chunk set bytes = bytes || bytes where number = 1`,
      ]
      for (const damage of damages) {
        await opened.database.withTenant(acme, (transaction) => damage.execute(transaction))
        await expect(store.get(acme, hash)).rejects.toMatchObject({ code: 'ARTIFACT_CORRUPT' })
        await store.put(acme, bytes)
        expect(sha256(await store.get(acme, hash))).toBe(hash)
      }
    })

    it('lists more than one page', async () => {
      const store = await open()
      await opened.database.withTenant(acme, (transaction) =>
        sql`insert into artifacts.artifact select 'acme', lpad(to_hex(i), 64, '0'), 0, 0 from generate_series(1, 2500) i`.execute(transaction),
      )
      const listed: string[] = []
      for await (const artifact of store.list(acme)) listed.push(artifact.sha256)
      expect(listed).toEqual(Array.from({ length: 2_500 }, (_, i) => (i + 1).toString(16).padStart(64, '0')))
    })
  })
}

reportMissingServer('the suite of artifacts in tables on PostgreSQL')
