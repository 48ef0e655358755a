#!/usr/bin/env node
import { Access } from '@motadata/access'
import { MLSystem } from '@motadata/ml-framework'
import { openConfiguredUpkeep } from '@motadata/worker/process'
import { expectData } from './operations/expect-data.js'
import { runOperation } from './operations/run-operation.js'

await runOperation({
  flag: { name: 'dry-run', meaning: 'only tell what would be deleted' },
  help: `Motadata ML: clears away what nobody needs any more, of all tenants: models that no version names, rows whose training jobs have ended, and
jobs that ended long ago. Workers do the same by themselves once a day.

  npm run sweep -- --dry-run    or motadata-sweep --dry-run
  npm run sweep                 or motadata-sweep

On PostgreSQL it runs beside servers and workers; the embedded database belongs to one process, so stop the server first.`,
  run: async ({ flagged: dryRun, config, open, print }) => {
    expectData(config)
    const platform = await open()
    try {
      const [access, system] = [await Access.open(platform), await MLSystem.open(platform)]
      const upkeep = await openConfiguredUpkeep(config, { platform, access, system })
      const would = dryRun ? 'would delete' : 'deleted'
      const { tenants, keptArtifacts, deletedArtifacts, deletedBytes, deletedJobs } = await upkeep.run({
        dryRun,
        onTenant: (tenantId, done) => print(`${tenantId}: ${would} ${done.deletedArtifacts} artifacts of ${done.deletedBytes} bytes and ${done.deletedJobs} jobs, kept ${done.keptArtifacts} artifacts`),
      })
      print(`${tenants} tenants: ${would} ${deletedArtifacts} artifacts of ${deletedBytes} bytes and ${deletedJobs} jobs, kept ${keptArtifacts} artifacts`)
      access.close()
      await system.close()
    } finally {
      await platform.close()
    }
  },
})
