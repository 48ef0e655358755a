import { FixedClock, type OpenedDatabase, describeOnlineStore } from '@motadata/testing'
import { sql } from 'kysely'
import { SqlOnlineStore } from '../../src/online/sql-online-store.js'
import { storeEngines } from '../engines.js'
import { reportMissingServer } from '../postgresql/server.js'

for (const { name, openDatabase } of storeEngines) {
  describe(name, () => {
    let opened: OpenedDatabase
    beforeAll(async () => {
      opened = await openDatabase()
    })
    afterAll(() => opened.close())

    describeOnlineStore(`SQL on ${name}`, async () => {
      const clock = new FixedClock()
      const onlineStore = new SqlOnlineStore({ database: opened.database, clock })
      await onlineStore.open()
      for (const tenant of ['acme', 'globex']) {
        await opened.database.withTenant(tenant as never, (transaction) => sql`delete from online.value`.execute(transaction))
      }
      return { onlineStore, advance: (byMs) => Promise.resolve(clock.advance(byMs)), close: () => Promise.resolve() }
    })
  })
}

reportMissingServer('the OnlineStore suite on PostgreSQL')
