import { PlatformError } from '@motadata/core'
import type { StartPostgresServerOptions } from './start-postgres-server.js'

const isPath = (value: unknown): boolean => typeof value === 'string' && value !== '' && !value.includes('\0')

const checks: Readonly<Record<keyof StartPostgresServerOptions, readonly [expected: string, holds: (value: unknown) => boolean]>> = {
  dataFolder: ['a path', isPath],
  port: ['a whole number from 0 to 65535', (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 65_535],
  account: ['the name of an account of the system', (value) => typeof value === 'string' && /^[a-z_][\w.-]*\$?$/i.test(value)],
  projectFolder: ['a path', isPath],
}

export interface CheckedServerOptions {
  readonly dataFolder: string
  readonly port: number | undefined
  readonly account: string | undefined
  readonly projectFolder: string | undefined
}

/**
 * Options with their defaults, or one error that names everything wrong with them.
 *
 * @throws MLError `CONFIGURATION_INVALID`
 */
export function checkServerOptions(options: StartPostgresServerOptions): CheckedServerOptions {
  const given = Object.entries(options ?? {})
  const problems = given.flatMap(([name, value]) => {
    const check = Object.hasOwn(checks, name) ? checks[name as keyof StartPostgresServerOptions] : undefined
    if (!check) return [`'${name}' is not one of ${Object.keys(checks).join(', ')}`]
    return value === undefined || check[1](value) ? [] : [`'${name}' must be ${check[0]}`]
  })
  if (problems.length > 0) {
    throw new PlatformError('CONFIGURATION_INVALID', `Expected options that fit startPostgresServer, got some that do not: ${problems.join('; ')}.`, { details: { problems } })
  }
  const { dataFolder = '.motadata', port, account, projectFolder } = options
  return { dataFolder, port, account, projectFolder }
}
