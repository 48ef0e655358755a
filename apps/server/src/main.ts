#!/usr/bin/env node
import { isMLError } from '@motadata/core'
import { readServerConfig, serverHelp } from './config.js'
import { createServer } from './create-server.js'
import { describeFirstStart } from './first-start.js'
import { createLog } from './log.js'

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) {
    console.log(serverHelp)
    return
  }
  if (args.length > 0) {
    console.error(`Expected no arguments but --help, got ${args.join(' ')}. Settings come from the environment.`)
    process.exitCode = 2
    return
  }
  const config = readServerConfig(process.env)
  const logger = createLog(config.LOG_LEVEL)
  const server = await createServer({ config, logger })
  if (server.bootstrapped) console.log(describeFirstStart(server.bootstrapped, server.url))
  console.log(`Motadata ML listens on ${server.url} · ${server.url}/docs`)

  const stopped = new Promise<NodeJS.Signals>((resolve) => {
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
  })
  const signal = await stopped
  // a second signal does not wait
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => process.exit(1))
  logger.info({ signal }, 'stopping')
  await server.stop()
  logger.info({}, 'stopped')
  process.exit(0)
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (!isMLError(error)) throw error
  console.error(`${error.code}: ${error.message}`)
  process.exit(1)
})
