#!/usr/bin/env node
import { choiceSetting, describeSettings } from '@motadata/core'
import { openConfiguredPlatform, platformFaults, platformSettings, readConfig, retryWhileUnavailable, runProcess } from '@motadata/worker/process'
import { migrate } from './operations/migrate.js'

const settings = {
  ...platformSettings,
  LOG_LEVEL: choiceSetting('How much to log, as JSON lines on standard error.', { default: 'info', choices: ['debug', 'info', 'warn', 'error'] }),
}

const help = `Motadata ML: makes or migrates the tables, and ends. Servers and workers do the same when they start; run it before them where their
logins may not make tables, with DATABASE_MIGRATION_URL for a login that owns them.

  npm run migrate      or motadata-migrate

It waits for a database that does not answer yet. It takes no arguments but --help; settings come from the environment:

${describeSettings(settings)}`

await runProcess({
  help,
  settings,
  readConfig: (environment) => readConfig(settings, environment, platformFaults),
  start: async (config, { logger, signal }) => {
    const platform = await retryWhileUnavailable(() => openConfiguredPlatform(config, { logger }), { logger, signal })
    try {
      await migrate(platform)
    } finally {
      await platform.close()
    }
    logger.info({}, 'the tables are of this release')
    process.exit(0)
  },
})
