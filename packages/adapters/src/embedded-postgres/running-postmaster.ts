import { execFile } from 'node:child_process'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { errorCode } from '../filesystem/durable-file.js'

/** How long one that recovers or shuts down is waited for. */
const patienceMs = 60_000
/** Higher than any system counts. */
const nobodysPid = 999_999_999

/**
 * The port of the server on this data that an owner who was killed left running, waited for until it answers; undefined when there is
 * none. That it lets the login in with its password tells that it is this server and not another at that port.
 */
export async function findRunningPostmaster(data: string, urlAt: (port: number) => string): Promise<number | undefined> {
  for (const endsAt = performance.now() + patienceMs; performance.now() < endsAt; await wait(200)) {
    const left = await readPostmaster(data)
    if (!left) return undefined
    if (await letsIn(urlAt(left.port))) return left.port
    if (await isPostgres(left.pid)) continue
    await forgetPid(data, left.pid)
    return undefined
  }
  return undefined
}

/** The first and fourth lines of the file by which PostgreSQL keeps its data to one server. */
async function readPostmaster(data: string): Promise<{ readonly pid: number; readonly port: number } | undefined> {
  try {
    const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')
    const [pid, port] = [Number(lines[0]), Number(lines[3])]
    return pid > 0 && pid !== nobodysPid && port > 0 ? { pid, port } : undefined
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

async function letsIn(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Whether a PostgreSQL runs under that pid; one that is dead but not yet buried does not. Where nothing tells, it may. */
async function isPostgres(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false
  }
  try {
    const { stdout } = await promisify(execFile)('ps', ['-p', String(pid), '-o', 'stat=,comm='])
    return !stdout.trim().startsWith('Z') && stdout.includes('postgres')
  } catch (error) {
    // 1 says that it has ended meanwhile; there may be no ps at all
    return (error as { code?: unknown }).code !== 1
  }
}

/**
 * PostgreSQL would not start while another process has got the pid of its dead server. The rest of the file stays, by which it sees
 * whether parts of that server still hold its memory.
 */
async function forgetPid(data: string, pid: number): Promise<void> {
  const file = await open(join(data, 'postmaster.pid'), 'r+')
  try {
    const text = await file.readFile('utf8')
    if (Number(text.split('\n')[0]) !== pid) return
    // in one piece and not shorter, so that the file is never empty, which PostgreSQL takes for another start under way
    await file.write(text.replace(/^\d+/, String(nobodysPid)), 0)
  } finally {
    await file.close()
  }
}
