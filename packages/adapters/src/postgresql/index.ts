export { openPlatform } from './open-platform.js'
export type { OpenPostgresqlPlatformOptions } from './postgresql-options.js'
export { PostgresqlChangeSignal } from './postgresql-change-signal.js'
