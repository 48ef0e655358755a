import { fsyncSync } from 'node:fs'
import type { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'

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
      ;(FS as NodeFileSystem).filesystems.NODEFS.stream_ops.fsync = ({ nfd }) => {
        fsyncSync(nfd)
        return 0
      }
    }
    return { emscriptenOpts: { ...result.emscriptenOpts, preRun: [...[result.emscriptenOpts.preRun ?? []].flat(), syncForReal] } }
  }
}
