import { PGliteDialect } from 'kysely'
import { CollectingLogger, FixedClock, SequentialIds, asAcme, until } from '@motadata/testing'
import { PgBossJobQueue } from '../../src/pg-boss/pg-boss-job-queue.js'
import { arrivalChannel } from '../../src/pg-boss/queue-engine.js'
import { openPGliteInMemory } from '../../src/pglite/open-pglite.js'
import { createPGliteQueueConnection } from '../../src/pglite/pglite-queue-connection.js'
import { KyselyDatabase } from '../../src/sql/kysely-database.js'

it('the engine tells of a new job where the workers listen', async () => {
  const pglite = await openPGliteInMemory()
  const database = new KyselyDatabase({ engine: 'pglite', dialect: new PGliteDialect({ pglite }) })
  const connection = { db: createPGliteQueueConnection({ pglite, database }), backend: 'pglite' as const }
  const jobs = new PgBossJobQueue({ database, connection, clock: new FixedClock(), logger: new CollectingLogger(), ids: new SequentialIds() })
  await jobs.open({ sole: true })
  const heard: string[] = []
  await pglite.listen(arrivalChannel, (kind) => heard.push(kind))
  await jobs.enqueue(asAcme, { kind: 'told', payload: null })
  expect(await until(() => heard[0])).toBe('told')
  await jobs.close()
  await database.close()
})
