#!/usr/bin/env node
import { createKey, listKeys, revokeKey } from './commands/api-keys.js'
import { runCommands } from './commands/run-commands.js'

const tenant = { value: 'TENANT', meaning: "whose keys; 'platform' for those of the operators" }
const neededTenant = { tenant: { ...tenant, isNeeded: true } }

await runCommands({
  help: `Motadata ML: API keys, for whoever runs the platform: also when the last key of a tenant or of the operators is lost.

  npm run keys -- COMMAND      or motadata-keys COMMAND

Whoever may run it with these settings holds the database, and so may make any key: each change is recorded. On PostgreSQL it works beside running servers,
which notice within five seconds. The embedded database belongs to one process: stop the server first.`,
  commands: {
    create: {
      meaning: 'makes a key and shows it, this once',
      options: {
        ...neededTenant,
        role: { value: 'ROLE', meaning: "viewer, predictor, trainer or admin; operator for the tenant 'platform'", isNeeded: true },
        name: { value: 'NAME', meaning: 'what people call it; default "made by the operator"' },
        days: { value: 'DAYS', meaning: 'it ends after so many; default never' },
      },
      run: createKey,
    },
    list: { meaning: 'shows the keys without their secrets, newest first', options: neededTenant, run: listKeys },
    revoke: {
      meaning: 'ends a key',
      options: { ...neededTenant, key: { value: 'ID', meaning: 'the id of the key, as list shows it', isNeeded: true } },
      run: revokeKey,
    },
  },
})
