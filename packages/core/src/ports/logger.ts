/**
 * Structured logging. Fields never hold ticket text or secrets. pino's loggers fit as they are.
 *
 * @example
 * logger.info({ modelId, version }, 'model version registered')
 */
export interface Logger {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
  error(fields: Readonly<Record<string, unknown>>, message: string): void
}
