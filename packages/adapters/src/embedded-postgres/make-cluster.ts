import { randomBytes } from 'node:crypto'
import { readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PlatformError } from '@motadata/core'
import { syncFolder } from '../filesystem/durable-file.js'
import type { PostgresPrograms } from './postgres-programs.js'
import { lastWords, type ProgramRun, runProgram } from './run-program.js'
import { databaseName, loginName, ownerName, type ServerLogins } from './server-logins.js'

/** Who may come in: the two logins, from this machine, with their passwords. Not the superuser, who has none. */
const admitted = `host ${databaseName} ${loginName},${ownerName} 127.0.0.1/32 scram-sha-256\n`

/**
 * Makes the data of a server with its database and its logins, there whole or not at all. The logins are made before it first listens.
 *
 * @param name - Of their folder, in that of the run.
 * @throws MLError `STORAGE_UNAVAILABLE` with what PostgreSQL said
 */
export async function makeCluster(name: string, programs: PostgresPrograms, logins: ServerLogins, run: ProgramRun): Promise<void> {
  for (const left of await readdir(run.folder)) if (left.endsWith('.new')) await rm(join(run.folder, left), { recursive: true, force: true, maxRetries: 5 })
  // a name of its own: what a killed start left running may still clear away its own folder
  const unfinished = `${name}-${randomBytes(6).toString('hex')}.new`
  // the same order of text on every platform
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  await must(programs.initdb, ['-D', unfinished, '--username=postgres', ...locale, '--auth-local=reject', '--auth-host=reject'], run)
  const statements = [
    `create role ${ownerName} login createrole password '${logins.ownerPassword}'`,
    `create role ${loginName} login password '${logins.password}'`,
    `create database ${databaseName} owner ${ownerName}`,
  ]
  const settings = ['-c', 'exit_on_error=on', '-c', 'log_min_error_statement=panic']
  await must(programs.postgres, ['--single', '-D', unfinished, ...settings, 'postgres'], { ...run, input: `${statements.join('\n')}\n` })
  // over the file that initdb made, whose owner it keeps
  await writeFile(join(run.folder, unfinished, 'pg_hba.conf'), admitted)
  await rename(join(run.folder, unfinished), join(run.folder, name))
  await syncFolder(run.folder)
}

async function must(program: string, args: readonly string[], run: ProgramRun): Promise<void> {
  const { code, output } = await runProgram(program, args, run)
  if (code === 0) return
  const advice = /shared libraries/.test(output)
    ? 'The package was installed without its install script: npm rebuild --foreground-scripts, or install it without --ignore-scripts.'
    : run.account === undefined
      ? 'Look at the folder and its disk.'
      : `${run.account.name} must be able to go through the folders above ${run.folder}.`
  throw new PlatformError('STORAGE_UNAVAILABLE', `Expected PostgreSQL to make its data in ${run.folder}, got: ${lastWords(output)}. ${advice}`, { details: { code } })
}
