import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A file system of its own, of so many bytes. */
export interface SmallDisk {
  readonly path: string
  /** Leaves only so much room. */
  fill(leftBytes: number): Promise<void>
  /** Makes room again. */
  clear(): Promise<void>
  remove(): Promise<void>
}

/** Mounts one in memory. Only root may, and not in every container. */
export async function mountSmallDisk(sizeBytes: number): Promise<SmallDisk> {
  const path = await mkdtemp(join(tmpdir(), 'adapters-disk-'))
  await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes}`, 'tmpfs', path])
  const filler = join(path, 'filler')
  return {
    path,
    async fill(leftBytes) {
      const { bavail, bsize } = await statfs(path)
      await writeFile(filler, Buffer.alloc(Math.max(0, bavail * bsize - leftBytes)))
    },
    clear: () => rm(filler, { force: true }),
    async remove() {
      await run('umount', ['--lazy', path])
      await rm(path, { recursive: true, force: true })
    },
  }
}

async function mayMount(): Promise<boolean> {
  try {
    const disk = await mountSmallDisk(1_000_000)
    await disk.remove()
    return (await readFile('/proc/mounts', 'utf8')).includes(disk.path) === false
  } catch {
    return false
  }
}

/** Whether this process may mount one. */
export const disksCanBeMade = await mayMount()

/** Says plainly what was not run for want of the right to mount. */
export function reportMissingDisk(what: string): void {
  if (disksCanBeMade) return
  process.stderr.write(`SKIPPED: ${what}, since this process may not mount a file system\n`)
  it.skip(`${what} need the right to mount a file system`, () => undefined)
}
