export { type PostgresServer, startPostgresServer, type StartPostgresServerOptions } from './start-postgres-server.js'
