import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../../..')

export interface WorkspacePackage {
  readonly name: string
  /** From the root: `packages/core`. */
  readonly folder: string
  readonly isPrivate: boolean
  readonly version: string
  /** Names of all packages that whoever installs it gets with it, ours and others. */
  readonly shippedDependencies: readonly string[]
  /** What can be imported: the name itself and its subpaths. */
  readonly entries: readonly string[]
}

/** The packages and apps of this repository. */
export function workspacePackages(): WorkspacePackage[] {
  return ['packages', 'apps'].flatMap((parent) =>
    readdirSync(join(root, parent)).map((child) => {
      const folder = `${parent}/${child}`
      const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
      const subpaths = Object.keys(manifest.exports).filter((subpath) => subpath !== './package.json')
      return {
        name: manifest.name,
        folder,
        isPrivate: manifest.private === true,
        version: manifest.version,
        shippedDependencies: Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies }),
        entries: subpaths.map((subpath) => manifest.name + subpath.slice(1)),
      }
    }),
  )
}
