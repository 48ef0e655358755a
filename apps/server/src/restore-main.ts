#!/usr/bin/env node
import { verifyBackup } from './operations/backup-format.js'
import { keyFile } from './operations/key-file.js'
import { chooseMasterKeys, restore } from './operations/restore.js'
import { runOperation } from './operations/run-operation.js'

await runOperation({
  argument: { name: 'from', meaning: 'the folder that a backup made' },
  help: `Motadata ML: brings a backup into an empty database and data folder, of this engine or the other.

  npm run restore -- --from FOLDER    or motadata-restore --from FOLDER

Every part is found whole, and the master keys are compared, before anything is written. From then on no server or worker starts on it until
all is there; after one that was cut off, run the same again, which goes on. Jobs that waited or ran when the backup was taken wait again.`,
  run: async ({ folder, config, open, print }) => {
    const manifest = await verifyBackup(folder)
    print(`${folder} is whole: ${manifest.tenants.length} tenants, of ${manifest.createdAt}`)
    const place = keyFile(config)
    const masterKeys = await chooseMasterKeys(folder, manifest, { ...place, ...(config.MASTER_KEYS ? { masterKeys: config.MASTER_KEYS } : {}) })
    const platform = await open({ forRestore: true, ...(masterKeys ? { masterKeys } : {}) })
    try {
      await restore(platform, { from: folder, manifest, ...place, onProgress: ({ part, parts }) => print(`part ${part} of ${parts}`) })
      print('Everything is there. Start the server.')
    } finally {
      await platform.close()
    }
  },
})
