#!/usr/bin/env node
import { runProcess } from '@motadata/worker/process'
import { readServerConfig, serverHelp, serverSettings } from './config.js'
import { createServer } from './create-server.js'
import { describeFirstStart } from './first-start.js'

await runProcess({
  help: serverHelp,
  settings: serverSettings,
  readConfig: readServerConfig,
  start: async (config, { logger, signal }) => {
    const server = await createServer({ config, logger, signal })
    if (server.bootstrapped) console.log(describeFirstStart(server.bootstrapped, server.url))
    console.log(`Motadata ML listens on ${server.url} · ${server.url}/docs`)
    return server
  },
})
