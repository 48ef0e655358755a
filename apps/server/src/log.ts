import { type Logger as PinoLogger, pino } from 'pino'
import type { ServerConfig } from './config.js'

/** The process's log: a JSON line a record on standard error, in the form that `openPlatform`'s own log has. */
export function createLog(level: ServerConfig['LOG_LEVEL']): PinoLogger {
  const { err: describeError } = pino.stdSerializers
  return pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (name) => ({ level: name }) },
      serializers: { err: describeError, error: describeError },
    },
    // a line is out before the process is
    pino.destination({ dest: 2, sync: true }),
  )
}
