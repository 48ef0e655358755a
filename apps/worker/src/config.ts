import { addressSetting, choiceSetting, describeSettings, PlatformError, readSettings, type SettingValues, textSetting, wholeNumberSetting } from '@motadata/core'

/** Every setting of a worker of its own, read from the environment once, at its start. */
export const workerSettings = {
  DATABASE_URL: addressSetting('The PostgreSQL database that the servers use too.', { schemes: ['postgres', 'postgresql'] }),
  DATABASE_MIGRATION_URL: addressSetting('The same database as its owner, for migrations; DATABASE_URL when not set.', { schemes: ['postgres', 'postgresql'] }),
  DATA_FOLDER: textSetting('Where artifacts and keys lie: a folder shared with the servers.', { default: './.motadata' }),
  LOG_LEVEL: choiceSetting('How much to log, as JSON lines on standard error.', { default: 'info', choices: ['debug', 'info', 'warn', 'error'] }),
  SHUTDOWN_DEADLINE_MS: wholeNumberSetting('How long running jobs may take to finish after SIGTERM; what is cut off runs again elsewhere.', {
    default: 10_000, minimum: 0, maximum: 600_000,
  }),
}

export type WorkerConfig = SettingValues<typeof workerSettings> & { readonly DATABASE_URL: string }

/** @throws MLError `CONFIGURATION_INVALID` naming every malformed setting at once, or saying that a worker needs a database to share */
export function readWorkerConfig(environment: Readonly<Record<string, string | undefined>>): WorkerConfig {
  const config = readSettings(workerSettings, environment)
  const { DATABASE_URL } = config
  if (DATABASE_URL !== undefined) return { ...config, DATABASE_URL }
  throw new PlatformError(
    'CONFIGURATION_INVALID',
    'Expected DATABASE_URL, the PostgreSQL database that the servers use too, got none. The embedded database belongs to one process: '
      + 'the server runs the worker in itself there, and none is to be started. Set DATABASE_URL for both to share a database.',
    { details: { setting: 'DATABASE_URL' } },
  )
}

export const workerHelp = `Motadata ML: a worker of its own, which trains models for servers on the same PostgreSQL database.

  npm run worker       or motadata-worker

With the embedded database the server works on jobs itself. It takes no arguments but --help; settings come from the environment:

${describeSettings(workerSettings)}`
