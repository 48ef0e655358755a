import { mustRun } from '../command.js'
import { root } from '../workspace.js'

export interface Release {
  /** `@motadata/core@1.2.0` */
  readonly tag: string
  readonly version: string
}

/** The newest release of a package, by its tags; undefined before the first. */
export async function lastRelease(name: string, folder = root): Promise<Release | undefined> {
  const tags = await mustRun('git', ['tag', '--list', '--sort=-version:refname', `${name}@*`], { cwd: folder })
  const tag = tags.split('\n')[0]
  return tag ? { tag, version: tag.slice(name.length + 1) } : undefined
}
