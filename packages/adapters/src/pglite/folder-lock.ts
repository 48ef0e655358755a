import { randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { link, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { PlatformError } from '@motadata/core'
import { errorCode, makeFolderDurably } from '../filesystem/durable-file.js'

interface Holder {
  readonly pid: number
  /** When the process began, in the system's ticks, by which a reused pid is told; empty where the system does not say. */
  readonly processStart: string
  /** In which space the pid means something: the machine's boot and the container's pid namespace. */
  readonly pidSpace: string
  readonly host: string
  readonly token: string
}

const lockName = /^lock\.([1-9]\d{0,8})$/
const heartbeatMs = 5_000
/** A holder whose pid can't be looked up from here (another container or machine) lives for sure for this long after a beat. */
const silentAfterMs = 30_000
/**
 * Whether one that seems silent for longer is dead is seen by watching, since two clocks may differ, or one was set: after more than two
 * beats that did not come it is.
 */
const defaultWatchMs = 12_000
const lookEveryMs = 100

export interface FolderLock {
  /** May be called more than once. */
  release(): Promise<void>
}

/**
 * Keeps a data folder to one process. The lock is a file `lock.<n>` with the holder's pid; a lock whose holder died is followed by
 * `lock.<n + 1>`, which only one of several starters can make, so a stale lock is never removed under somebody's feet.
 *
 * @param options.watchMs - How long to watch a lock of another container or machine that gives no sign of life; default 12 s.
 * @throws MLError `STORAGE_LOCKED` when another process, or this one, holds the folder
 * @example
 * const lock = await acquireFolderLock('.motadata')
 * await lock.release()
 */
export async function acquireFolderLock(folder: string, { watchMs = defaultWatchMs }: { readonly watchMs?: number } = {}): Promise<FolderLock> {
  await makeFolderDurably(folder)
  const self = describeSelf()
  const temporary = join(folder, `lock-${self.token}.tmp`)
  await writeFile(temporary, JSON.stringify(self), { flag: 'wx', mode: 0o600 })
  // a lock that was left is never held again: who takes over makes the next one
  const left = new Set<number>()
  const refuseOthers = async (number: number): Promise<void> => {
    if (!left.has(number)) await refuseIfAlive(folder, number, watchMs)
    left.add(number)
  }
  try {
    for (;;) {
      const held = await lockNumbers(folder)
      for (const number of held) await refuseOthers(number)
      const mine = join(folder, `lock.${(held.at(-1) ?? 0) + 1}`)
      try {
        await link(temporary, mine)
      } catch (error) {
        if (errorCode(error) === 'EEXIST') continue
        throw error
      }
      await removeOthersOrGiveUp(folder, mine, refuseOthers)
      return holdLock(mine)
    }
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Between looking and making, another starter may have come and gone; who finds a live one beside the own gives way. */
async function removeOthersOrGiveUp(folder: string, mine: string, refuseOthers: (number: number) => Promise<void>): Promise<void> {
  for (const number of await lockNumbers(folder)) {
    const path = join(folder, `lock.${number}`)
    if (path === mine) continue
    try {
      await refuseOthers(number)
    } catch (error) {
      await rm(mine, { force: true })
      throw error
    }
    await rm(path, { force: true })
  }
}

function holdLock(path: string): FolderLock {
  const beat = setInterval(() => {
    const now = new Date()
    utimes(path, now, now).catch(() => undefined)
  }, heartbeatMs)
  beat.unref()
  return {
    async release() {
      clearInterval(beat)
      await rm(path, { force: true })
    },
  }
}

async function lockNumbers(folder: string): Promise<number[]> {
  const numbers = (await readdir(folder)).map((name) => lockName.exec(name)?.[1]).filter((number) => number !== undefined)
  return numbers.map(Number).sort((a, b) => a - b)
}

async function refuseIfAlive(folder: string, number: number, watchMs: number): Promise<void> {
  const path = join(folder, `lock.${number}`)
  const holder = await readHolder(path)
  if (!holder || !(await isAlive(holder, path, watchMs))) return
  const isThis = holder.pid === process.pid && holder.processStart === describeSelf().processStart
  const who = isThis ? `this process (pid ${holder.pid})` : `process ${holder.pid} on ${holder.host}`
  throw new PlatformError(
    'STORAGE_LOCKED',
    `Expected the data folder ${folder} to be free, but ${who} holds it. Stop that process, or choose another data folder. ` +
      'For several processes set DATABASE_URL to a PostgreSQL server: the embedded database serves one process only.',
    { details: { pid: holder.pid, host: holder.host } },
  )
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const holder = JSON.parse(await readFile(path, 'utf8')) as Partial<Holder> | null
    return Number.isInteger(holder?.pid) ? (holder as Holder) : undefined
  } catch (error) {
    // Linked whole, so what can't be read was lost with the power or is gone: nobody holds it.
    if (error instanceof SyntaxError || errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

async function isAlive(holder: Holder, path: string, watchMs: number): Promise<boolean> {
  if (holder.pidSpace === describeSelf().pidSpace) {
    return isRunning(holder.pid) && (holder.processStart === '' || processStartOf(holder.pid) === holder.processStart)
  }
  const beatAtMs = await lastBeatMs(path)
  if (beatAtMs === undefined) return false
  const ageMs = Date.now() - beatAtMs
  if (ageMs >= 0 && ageMs < silentAfterMs) return true
  for (const untilMs = performance.now() + watchMs; performance.now() < untilMs; await wait(lookEveryMs)) {
    const nowMs = await lastBeatMs(path)
    if (nowMs !== beatAtMs) return nowMs !== undefined
  }
  return false
}

async function lastBeatMs(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.mtimeMs
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}

function describeSelf(): Holder {
  return { pid: process.pid, processStart: processStartOf(process.pid), pidSpace: pidSpace(), host: hostname(), token: randomBytes(8).toString('hex') }
}

/** Fields 3 and 22 of /proc/<pid>/stat, counted after the command's name, which may itself hold blanks and brackets. */
function processStartOf(pid: number): string {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ')
    // A zombie is dead; only its parent has not looked yet.
    return fields[0] === 'Z' ? 'dead' : (fields[19] ?? '')
  } catch {
    return ''
  }
}

function pidSpace(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}/${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return hostname()
  }
}
