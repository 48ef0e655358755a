import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder for one unit of work, gone when it ends. */
export async function withWorkFolder<Result>(work: (folder: string) => Promise<Result>, parent: string = tmpdir()): Promise<Result> {
  const folder = await mkdtemp(join(await realpath(parent), `motadata-data-${process.pid}-`))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
