#!/usr/bin/env node
import { runProcess } from '@motadata/worker/process'
import { readServerConfig, serverHelp, serverSettings } from './config.js'
import { describeFirstStart } from './first-start.js'

await runProcess({
  help: serverHelp,
  settings: serverSettings,
  readConfig: readServerConfig,
  start: async (config, { logger, signal }) => {
    // loaded only now, so that --help and a wrong setting are answered at once
    const { createServer } = await import('./create-server.js')
    const server = await createServer({ config, logger, signal })
    if (server.bootstrapped) console.log(describeFirstStart(server.bootstrapped, server.url))
    console.log(`Motadata ML listens on ${server.url} · ${server.url}/docs`)
    return server
  },
})
