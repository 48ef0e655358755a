#!/usr/bin/env node
import { setInterval } from 'node:timers/promises'
import { startPostgresServer } from '@motadata/adapters/embedded-postgres'
import type { Logger } from '@motadata/core'
import { runProcess } from '@motadata/worker/process'
import { postgresHelp, postgresSettings, readPostgresConfig } from './postgres-config.js'

const lookEveryMs = 5_000

await runProcess({
  help: postgresHelp,
  settings: postgresSettings,
  readConfig: readPostgresConfig,
  start: async ({ DATA_FOLDER: dataFolder, POSTGRES_PORT: port, POSTGRES_ACCOUNT: account }, { logger, signal }) => {
    const postgres = await startPostgresServer({ dataFolder, port, ...(account === undefined ? {} : { account }) })
    console.log(`PostgreSQL listens on 127.0.0.1:${postgres.port} until this ends. For npm start and npm run worker, beside the same DATA_FOLDER:\n`)
    console.log(`DATABASE_URL=${postgres.databaseUrl}\nDATABASE_MIGRATION_URL=${postgres.migrationDatabaseUrl}\n`)
    const watched = watch(postgres, logger, signal)
    return {
      async stop() {
        await watched
        await postgres.stop()
      },
    }
  },
})

/** Ends the process when the server has ended by itself; resolves when the process is told to end. */
async function watch(postgres: { readonly logPath: string; isRunning(): Promise<boolean> }, logger: Logger, signal: AbortSignal): Promise<void> {
  try {
    for await (const _ of setInterval(lookEveryMs, undefined, { signal })) {
      if (await postgres.isRunning()) continue
      logger.error({ log: postgres.logPath }, 'PostgreSQL ended by itself')
      process.exit(1)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
