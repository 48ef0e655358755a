/** A process that holds a data folder: `holder.ts <folder> lock|open|work`. It tells what it does a line at a time and stays until it is killed. */
import { isMLError, parseTenantId, platformContext } from '@motadata/core'
import { openPlatform } from '../../src/index.js'
import { acquireFolderLock } from '../../src/pglite/folder-lock.js'

const [folder, mode] = process.argv.slice(2) as [string, string]
const tell = (line: string): void => void process.stdout.write(`${line}\n`)
setInterval(() => undefined, 1_000)

try {
  if (mode === 'lock') {
    await acquireFolderLock(folder)
    tell('locked')
  } else {
    const platform = await openPlatform({ dataFolder: folder })
    const context = platformContext(parseTenantId('acme'), 'holder')
    if (mode === 'work') {
      await platform.jobs.work('train', async (job) => {
        await job.reportProgress({ stage: 'fitting', share: 0.5 })
        tell(`started ${job.id} ${job.attempt}`)
        await new Promise(() => undefined)
      })
      await platform.jobs.enqueue(context, { kind: 'train', payload: { rows: 3 } })
    }
    tell('open')
  }
} catch (error) {
  tell(isMLError(error) ? `refused ${error.code} ${error.message}` : `failed ${String(error)}`)
  process.exit(1)
}
