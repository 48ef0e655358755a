#!/usr/bin/env node
import { readWorkerConfig, workerHelp, workerSettings } from './config.js'
import { retryWhileUnavailable } from './process/retry-while-unavailable.js'
import { runProcess } from './process/run-process.js'

await runProcess({
  help: workerHelp,
  settings: workerSettings,
  readConfig: readWorkerConfig,
  start: async (config, { logger, signal }) => {
    const { compose } = await import('./compose.js')
    return retryWhileUnavailable(() => compose(config, logger), { logger, signal })
  },
})
