import { cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mustRun } from '../command.js'
import { root } from '../workspace.js'

/** A clone of this repository, as committed, in a temporary folder: to commit, tag and release in without a trace. */
export interface ScratchClone {
  readonly folder: string
  /** Runs git as a made-up author. */
  git(...args: string[]): Promise<string>
  remove(): void
}

/** Clones the repository. Third-party packages are those installed here; our own are the clone's. */
export async function makeScratchClone(): Promise<ScratchClone> {
  const folder = mkdtempSync(join(tmpdir(), 'motadata-clone-'))
  const git = (...args: string[]): Promise<string> =>
    mustRun('git', ['-c', 'user.name=Check', '-c', 'user.email=check@example.com', '-c', 'commit.gpgsign=false', ...args], { cwd: folder })
  await mustRun('git', ['clone', '--quiet', root, folder], { cwd: root })
  linkInstalledPackages(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const parent of ['packages', 'apps', 'tools']) {
    for (const child of readdirSync(join(folder, parent))) {
      const installed = join(root, parent, child, 'node_modules')
      if (existsSync(installed)) symlinkSync(installed, join(folder, parent, child, 'node_modules'))
    }
  }
  return { folder, git, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

function linkInstalledPackages(from: string, to: string): void {
  mkdirSync(to)
  for (const name of readdirSync(from)) if (name !== '@motadata' && name !== '.cache') symlinkSync(join(from, name), join(to, name))
  mkdirSync(join(to, '@motadata'))
  for (const name of readdirSync(join(from, '@motadata'))) {
    const link = join(from, '@motadata', name)
    if (lstatSync(link).isSymbolicLink()) symlinkSync(readlinkSync(link), join(to, '@motadata', name))
    else cpSync(link, join(to, '@motadata', name), { recursive: true })
  }
}
