import { mkdtemp, readdir, realpath, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const prefix = 'motadata-data-'
/** A process of another container may work here under a number that nobody has here; no unit of work takes a day. */
const abandonedAfterMs = 24 * 60 * 60 * 1_000

/** A folder for one unit of work, gone when it ends. What processes that were killed left behind is removed by the next one that works. */
export async function withWorkFolder<Result>(work: (folder: string) => Promise<Result>, parent: string = tmpdir()): Promise<Result> {
  const where = await realpath(parent)
  await (sweeps[where] ??= removeAbandoned(where))
  const folder = await mkdtemp(join(where, `${prefix}${process.pid}-`))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Once a process and place. */
const sweeps: Record<string, Promise<void>> = {}

/** Removes the work folders of processes that are gone; they hold a tenant's rows. What can't be looked at stays. */
export async function removeAbandoned(parent: string, nowMs: number = Date.now()): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length).split('-')[0]) : Number.NaN
    if (!Number.isSafeInteger(pid) || pid < 1 || isAlive(pid)) continue
    const folder = join(parent, name)
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: nowMs }))
    if (nowMs - mtimeMs > abandonedAfterMs) await rm(folder, { recursive: true, force: true }).catch(() => undefined)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
