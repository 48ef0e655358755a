#!/usr/bin/env node
import { migrate } from './operations/migrate.js'
import { runOperation } from './operations/run-operation.js'

await runOperation({
  help: `Motadata ML: makes or migrates the tables, and ends. Servers and workers do the same when they start; run it before them where their
logins may not make tables, with DATABASE_MIGRATION_URL for a login that owns them. It waits for a database that does not answer yet.

  npm run migrate      or motadata-migrate`,
  run: async ({ open, print }) => {
    const platform = await open()
    try {
      await migrate(platform)
      print('The tables are of this release.')
    } finally {
      await platform.close()
    }
  },
})
