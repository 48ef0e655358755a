import { fsyncSync } from 'node:fs'
import type { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import { errorCode } from '../filesystem/durable-file.js'

interface NodeFileSystem {
  readonly filesystems: { readonly NODEFS: { readonly stream_ops: { fsync?: (stream: { readonly nfd: number }) => number } } }
}

/**
 * PGlite's files in a folder, with `fsync` that reaches the disk. Its own file system takes the call and does nothing, so that
 * what was committed could be lost with the power even when PostgreSQL's `fsync` is on.
 */
export class DurableNodeFS extends NodeFS {
  override async init(...[pglite, options]: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const result = await super.init(pglite as PGlite, options)
    const syncForReal = ({ FS }: { FS: unknown }): void => {
      ;(FS as NodeFileSystem).filesystems.NODEFS.stream_ops.fsync = ({ nfd }) => sync(nfd)
    }
    return { emscriptenOpts: { ...result.emscriptenOpts, preRun: [...[result.emscriptenOpts.preRun ?? []].flat(), syncForReal] } }
  }
}

/** WASI's number for an error of the device, on which PostgreSQL stops rather than go on with what may be lost. */
const deviceError = 29

function sync(file: number): number {
  try {
    fsyncSync(file)
    return 0
  } catch (error) {
    // Where a file system can't sync a folder, it needs none.
    return ['EINVAL', 'EPERM', 'EISDIR', 'ENOTSUP'].includes(errorCode(error) ?? '') ? 0 : deviceError
  }
}
