#!/usr/bin/env node
import { createStderrLogger } from '@motadata/adapters'
import { isMLError } from '@motadata/core'
import { readWorkerConfig, workerHelp } from './config.js'

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) {
    console.log(workerHelp)
    return
  }
  if (args.length > 0) {
    console.error(`Expected no arguments but --help, got ${args.join(' ')}. Settings come from the environment.`)
    process.exitCode = 2
    return
  }
  const config = readWorkerConfig(process.env)
  const logger = createStderrLogger({ level: config.LOG_LEVEL })
  const { compose } = await import('./compose.js')
  const worker = await compose(config, logger)
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
  })
  // a second signal does not wait
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => process.exit(1))
  logger.info({ signal }, 'stopping')
  await worker.close()
  process.exit(0)
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (!isMLError(error)) throw error
  console.error(`${error.code}: ${error.message}`)
  process.exit(1)
})
