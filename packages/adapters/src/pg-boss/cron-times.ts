import { PlatformError } from '@motadata/core'
import { CronExpressionParser } from 'cron-parser'

/** When something comes again. */
export interface CronTimes {
  readonly cron: string
  readonly timeZone: string
}

/**
 * The first time after an instant at which cron says so.
 *
 * @throws PlatformError `INPUT_INVALID` for what is no cron expression of five fields, no time zone, or never comes
 */
export function nextCronTime({ cron, timeZone }: CronTimes, after: Date): Date {
  const fields = typeof cron === 'string' ? cron.trim().split(/\s+/) : []
  if (fields.length !== 5 || cron.length > 200) throw cronInvalid('cron', "five fields of cron, such as '0 2 * * *'", cron)
  if (!isTimeZone(timeZone)) throw cronInvalid('timeZone', "a time zone of IANA, such as 'Europe/Berlin'", timeZone)
  try {
    return CronExpressionParser.parse(fields.join(' '), { currentDate: after, tz: timeZone }).next().toDate()
  } catch (cause) {
    throw cronInvalid('cron', "five fields of cron that come some time, such as '0 2 * * *'", cron, cause)
  }
}

function isTimeZone(value: unknown): boolean {
  try {
    return typeof value === 'string' && new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone.length > 0
  } catch {
    return false
  }
}

function cronInvalid(field: string, expected: string, received: unknown, cause?: unknown): PlatformError {
  const shown = typeof received === 'string' ? JSON.stringify(received.slice(0, 80)) : typeof received
  return new PlatformError('INPUT_INVALID', `Expected ${expected}, got ${shown}.`, { details: { field, expected }, ...(cause === undefined ? {} : { cause }) })
}
