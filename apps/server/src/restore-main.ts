#!/usr/bin/env node
import { verifyBackup } from './operations/backup-format.js'
import { keyFile } from './operations/key-file.js'
import { restore, restoreKeys } from './operations/restore.js'
import { runOperation } from './operations/run-operation.js'

await runOperation({
  argument: { name: 'from', meaning: 'the folder that a backup made' },
  help: `Motadata ML: brings a backup into an empty database and data folder, of this engine or the other.

  npm run restore -- --from FOLDER    or motadata-restore --from FOLDER

Every part is found whole before anything is written. API keys come last, so that nobody is let in before all is there; after one
that was cut off, empty the database and DATA_FOLDER and begin anew. Start no server on the same database meanwhile. Jobs that waited or ran when the backup was taken wait again.`,
  run: async ({ folder, config, open, print }) => {
    const manifest = await verifyBackup(folder)
    print(`${folder} is whole: ${manifest.tenants.length} tenants, of ${manifest.createdAt}`)
    const { keyPath } = keyFile(config)
    if (keyPath !== undefined) await restoreKeys(folder, manifest, keyPath)
    else if (manifest.keys) print('The master keys of the backup stay in it: MASTER_KEYS is set. They must be the same, or former predictions can not be traced.')
    const platform = await open()
    try {
      await restore(platform, { from: folder, manifest, onProgress: ({ part, parts }) => print(`part ${part} of ${parts}`) })
      print('Everything is there. Start the server.')
    } finally {
      await platform.close()
    }
  },
})
