import { PGliteDialect, sql } from 'kysely'
import { CollectingLogger, FixedClock, SequentialIds, acme, asAcme, until } from '@motadata/testing'
import { PgBossJobQueue } from '../../src/pg-boss/pg-boss-job-queue.js'
import { openPGliteInMemory } from '../../src/pglite/open-pglite.js'
import { createPGliteQueueConnection } from '../../src/pglite/pglite-queue-connection.js'
import { KyselyDatabase } from '../../src/sql/kysely-database.js'

describe('a job and its place in the queue', () => {
  let database: KyselyDatabase
  let jobs: PgBossJobQueue

  const openJobs = async (): Promise<PgBossJobQueue> => {
    const opened = new PgBossJobQueue({
      database, connection, clock: new FixedClock(), logger: new CollectingLogger(), ids: new SequentialIds(`id-${++opens}`), retryDelaySeconds: 0, closeGraceMs: 50,
    })
    await opened.open({ sole: true })
    return opened
  }
  let opens = 0
  let connection: ReturnType<typeof connectionOf>
  const connectionOf = (pglite: Awaited<ReturnType<typeof openPGliteInMemory>>) => ({
    db: createPGliteQueueConnection({ pglite, database }), backend: 'pglite' as const,
  })

  beforeAll(async () => {
    const pglite = await openPGliteInMemory()
    database = new KyselyDatabase({ engine: 'pglite', dialect: new PGliteDialect({ pglite }) })
    connection = connectionOf(pglite)
    jobs = await openJobs()
  })

  afterAll(async () => {
    await jobs.close()
    await database.close()
  })

  const asOwner = <Row>(statement: string): Promise<Row[]> =>
    database.asOwner(async (owner) => (await sql.raw<Row>(statement).execute(owner)).rows)

  it('holds the ids of tenant and job only, never the payload', async () => {
    const { id } = await jobs.enqueue(asAcme, { kind: 'private', payload: { text: 'my printer burns' } })
    expect(await asOwner("select data from pgboss.job where name = 'private'")).toEqual([{ data: { tenantId: acme, jobId: id } }])
    expect(JSON.stringify(await asOwner('select * from pgboss.job'))).not.toContain('printer')
  })

  it('come into being together or not at all', async () => {
    await jobs.enqueue(asAcme, { kind: 'together', payload: null })
    await asOwner('revoke insert on all tables in schema pgboss from ml_system')
    await expect(jobs.enqueue(asAcme, { kind: 'together', payload: null, idempotencyKey: 'k' })).rejects.toThrow(/permission denied/)
    expect((await jobs.list(asAcme, { kind: 'together' })).jobs).toHaveLength(1)
    await asOwner('grant insert on all tables in schema pgboss to ml_system')
    await jobs.enqueue(asAcme, { kind: 'together', payload: null, idempotencyKey: 'k' })
    expect(await asOwner("select count(*)::int as count from pgboss.job where name = 'together'")).toEqual([{ count: 2 }])
  })

  it('keep no text of an error in the queue', async () => {
    await jobs.work('failing', () => Promise.reject(new Error('my password is hunter2')))
    const { id } = await jobs.enqueue(asAcme, { kind: 'failing', payload: null })
    await until(async () => (await jobs.get(asAcme, id)).endedAt)
    expect(JSON.stringify(await asOwner('select * from pgboss.job'))).not.toContain('hunter2')
  })

  it('end with JOB_FAILED when the process died in every attempt', async () => {
    await jobs.close()
    jobs = await openJobs()
    const { id } = await jobs.enqueue(asAcme, { kind: 'deadly', payload: null })
    await jobs.close()
    // As a process leaves it that was killed while it worked on the last attempt.
    await asOwner(`update pgboss.job set state = 'active', retry_count = 3, started_on = now() where name = 'deadly'`)
    await asOwner(`update jobs.job set state = 'running', attempt = 4 where id = '${id}'`)
    jobs = await openJobs()
    let ran = false
    await jobs.work('deadly', () => Promise.resolve((ran = true)))
    expect(await until(async () => (await jobs.get(asAcme, id)).error)).toMatchObject({ code: 'JOB_FAILED', message: expect.stringContaining('ended before the job') })
    expect(ran).toBe(false)
  })
})
