export { createServer, type CreateServerOptions, type RunningServer } from './create-server.js'
export { readServerConfig, serverHelp, serverSettings, type ServerConfig } from './config.js'
