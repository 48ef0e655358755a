import { readWorkerConfig, workerHelp, workerSettings } from '../src/config.js'

const database = 'postgresql://motadata:hunter2@db.example/motadata'

describe('a worker’s settings', () => {
  it('need a database to share, and say what to do without one', () => {
    expect(() => readWorkerConfig({})).toThrow(
      expect.objectContaining({ code: 'CONFIGURATION_INVALID', message: expect.stringMatching(/the server runs the worker in itself.*Set DATABASE_URL/s) }),
    )
  })

  it('have defaults for the rest', () => {
    expect(readWorkerConfig({ DATABASE_URL: database })).toMatchObject({ DATABASE_URL: database, DATABASE_MIGRATION_URL: undefined, DATA_FOLDER: './.motadata', LOG_LEVEL: 'info' })
  })

  it('are refused together when several are malformed, without showing a password', () => {
    const environment = { DATABASE_URL: 'mysql://root:hunter2@db/x', LOG_LEVEL: 'loud', SHUTDOWN_DEADLINE_MS: '-1' }
    expect(() => readWorkerConfig(environment)).toThrow(/DATABASE_URL: .*LOG_LEVEL: .*SHUTDOWN_DEADLINE_MS: /s)
    expect(() => readWorkerConfig(environment)).not.toThrow(/hunter2/)
  })

  it('are all in the help', () => {
    for (const name of Object.keys(workerSettings)) expect(workerHelp).toContain(name)
  })
})
