#!/usr/bin/env node
import { backUp } from './operations/backup.js'
import { expectData } from './operations/expect-data.js'
import { keyFile } from './operations/key-file.js'
import { runOperation } from './operations/run-operation.js'

await runOperation({
  argument: { name: 'to', meaning: 'the folder to make' },
  help: `Motadata ML: copies everything into one folder: the rows of all tenants, their artifacts, and the master keys where they are in a file.

  npm run backup -- --to FOLDER       or motadata-backup --to FOLDER

On PostgreSQL it runs beside servers and workers; the embedded database belongs to one process, so stop the server first. Whoever has the folder has
the secrets of all tenants: it is readable by its owner alone; keep it so. motadata-restore brings it back, also on the other engine.`,
  run: async ({ folder, config, open, print }) => {
    expectData(config)
    const platform = await open()
    try {
      const manifest = await backUp(platform, {
        to: folder,
        ...keyFile(config),
        onProgress: ({ tenantId, tenant, tenants }) => print(`tenant ${tenant} of ${tenants}: ${tenantId}`),
      })
      const rows = manifest.rows.reduce((sum, part) => sum + part.rows, 0)
      print(`${folder}: ${manifest.tenants.length} tenants, ${rows} rows, ${manifest.artifacts.length} artifacts`)
      if (!manifest.keys) print('The master keys are not in it: they are in no file. Keep MASTER_KEYS yourself; without them predictions can not be traced.')
    } finally {
      await platform.close()
    }
  },
})
