import { choiceSetting, describeSettings, type SettingValues, wholeNumberSetting } from '@motadata/core'
import { platformFaults, platformSettings } from './platform/platform-settings.js'
import { pipelineSettings } from './pipelines/pipeline-settings.js'
import { readConfig } from './process/read-config.js'
import { upkeepSettings } from './upkeep/upkeep-settings.js'

/** Every setting of a worker of its own, read from the environment once, at its start. */
export const workerSettings = {
  ...platformSettings,
  ...upkeepSettings,
  ...pipelineSettings,
  LOG_LEVEL: choiceSetting('How much to log, as JSON lines on standard error.', { default: 'info', choices: ['debug', 'info', 'warn', 'error'] }),
  SHUTDOWN_DEADLINE_MS: wholeNumberSetting('How long running jobs may take to finish after SIGTERM; what is cut off runs again elsewhere.', {
    default: 10_000, minimum: 0, maximum: 600_000,
  }),
}

export type WorkerConfig = SettingValues<typeof workerSettings>

const noDatabase = 'DATABASE_URL: expected the PostgreSQL database that the servers use too, got none; the embedded database belongs to one process: '
  + 'the server runs the worker in itself there, and none is to be started. Set DATABASE_URL for both to share a database'

/** @throws MLError `CONFIGURATION_INVALID` naming every malformed setting at once, and that a worker needs a database to share */
export function readWorkerConfig(environment: Readonly<Record<string, string | undefined>>): WorkerConfig {
  return readConfig(workerSettings, environment, (isSet) => [...platformFaults(isSet), ...(isSet('DATABASE_URL') ? [] : [noDatabase])])
}

export const workerHelp = `Motadata ML: a worker of its own, which trains models for servers on the same PostgreSQL database.

  npm run worker       or motadata-worker

With the embedded database the server works on jobs itself. It takes no arguments but --help; settings come from the environment:

${describeSettings(workerSettings)}`
