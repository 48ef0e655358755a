#!/usr/bin/env node
import { listEvents, verifyEvents } from './commands/audit-trail.js'
import { runCommands } from './commands/run-commands.js'

const tenant = { tenant: { value: 'TENANT', meaning: "whose trail; 'platform' for what operators did", isNeeded: true } } as const

await runCommands({
  help: `Motadata ML: the audit trail, who made, changed and ended keys, tokens and tenants.

  npm run audit -- COMMAND      or motadata-audit COMMAND

On PostgreSQL it works beside running servers. The embedded database belongs to one process: stop the server first.`,
  commands: {
    list: { meaning: 'shows the events, newest first', options: tenant, run: listEvents },
    verify: {
      meaning: 'looks for an event that was changed or is missing; exits with 1 when there is one',
      options: { ...tenant, hash: { value: 'HASH', meaning: 'of an event, as verify showed it before: it has to be there still' } },
      run: verifyEvents,
    },
  },
})
