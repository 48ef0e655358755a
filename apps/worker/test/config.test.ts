import { readWorkerConfig, workerHelp, workerSettings } from '../src/config.js'

const database = 'postgresql://motadata:hunter2@db.example/motadata'

function problemsOf(environment: Record<string, string>): string[] {
  try {
    readWorkerConfig(environment)
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIGURATION_INVALID' })
    expect(String(error)).not.toContain('hunter2')
    return (error as { details: { problems: string[] } }).details.problems
  }
  return []
}

describe('a worker’s settings', () => {
  it('need a database to share, and say what to do without one', () => {
    expect(problemsOf({})).toEqual([expect.stringMatching(/the server runs the worker in itself.*Set DATABASE_URL/s)])
  })

  it('have defaults for the rest', () => {
    expect(readWorkerConfig({ DATABASE_URL: database })).toMatchObject({
      DATABASE_URL: database, DATABASE_MIGRATION_URL: undefined, DATABASE_POOL_SIZE: 10, REDIS_URL: undefined, ARTIFACT_URL: undefined, MASTER_KEYS: undefined, DATA_FOLDER: './.motadata', LOG_LEVEL: 'info',
    })
  })

  it('are refused together when several are malformed or do not fit together, without showing a password', () => {
    const environment = {
      DATABASE_URL: 'mysql://root:hunter2@db/x', DATABASE_POOL_SIZE: '0', REDIS_URL: 'http://:hunter2@redis', LOG_LEVEL: 'loud', SHUTDOWN_DEADLINE_MS: '-1',
    }
    expect(problemsOf(environment)).toEqual(
      expect.arrayContaining(Object.keys(environment).map((name) => expect.stringMatching(new RegExp(`^${name}: expected`)))),
    )
    expect(problemsOf({ REDIS_URL: 'redis://:hunter2@redis', LOG_LEVEL: 'loud' })).toEqual([
      expect.stringMatching(/^LOG_LEVEL/), expect.stringMatching(/^REDIS_URL: expected DATABASE_URL beside it/), expect.stringMatching(/^DATABASE_URL/),
    ])
  })

  it('take master keys from the environment or from a file, not from both', () => {
    const keys = Buffer.alloc(32, 1).toString('base64')
    expect(readWorkerConfig({ DATABASE_URL: database, MASTER_KEYS_FILE: '/run/secrets/master-keys' })).toMatchObject({ MASTER_KEYS_FILE: '/run/secrets/master-keys', MASTER_KEYS: undefined })
    expect(problemsOf({ DATABASE_URL: database, MASTER_KEYS: keys, MASTER_KEYS_FILE: '/run/secrets/master-keys' })).toEqual(['MASTER_KEYS_FILE: expected it or MASTER_KEYS, got both'])
  })

  it('are all in the help', () => {
    for (const name of Object.keys(workerSettings)) expect(workerHelp).toContain(name)
  })
})
