import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { mustRun } from '../command.js'
import { workspacePackages } from '../workspace.js'
import { makeScratchClone, type ScratchClone } from './scratch-clone.js'

type Releases = Readonly<Record<string, string>>

const planProgram = `
require('nx/release').releaseVersion({ dryRun: true, gitCommit: false, gitTag: false, stageChanges: false }).then(({ projectsVersionData }) => {
  const released = Object.entries(projectsVersionData).filter(([, { newVersion }]) => newVersion !== null)
  console.log('plan ' + JSON.stringify(Object.fromEntries(released.map(([name, { newVersion }]) => [name, newVersion]))))
})`

/** Proves in a clone what `nx release` would release: everything at first, and then only what was touched and its dependents. */
export async function checkRelease(): Promise<string> {
  const clone = await makeScratchClone()
  try {
    const published = workspacePackages().filter(({ isPrivate }) => !isPrivate)
    const versions: Releases = Object.fromEntries(published.map(({ name, version }) => [name, version]))
    for (const tag of (await clone.git('tag', '--list')).split('\n').filter(Boolean)) await clone.git('tag', '--delete', tag)
    expectReleases('nothing released yet', await plannedReleases(clone), versions)

    // two changes after made-up tags, each planned alone: what is nobody's dependency, and what has dependents
    await tagAll(clone, versions)
    expectReleases('no commit', await plannedReleases(clone), {})
    const leaf = '@motadata/use-case-ticket-classification'
    await commit(clone, 'fix: a wording', ['packages/use-case-ticket-classification/src/index.ts'])
    expectReleases(`a fix in ${leaf}`, await plannedReleases(clone), withDependents(versions, { [leaf]: 'patch' }))

    await tagAll(clone, versions)
    await commit(clone, 'feat: more of it', ['packages/adapters/src/index.ts'])
    expectReleases('a feature in @motadata/adapters', await plannedReleases(clone), withDependents(versions, { '@motadata/adapters': 'minor' }))

    await tagAll(clone, versions)
    await commit(clone, 'feat(learn)!: another shape', ['packages/learn/src/index.ts'])
    await commit(clone, 'feat: used there', ['packages/use-cases/src/index.ts'])
    await commit(clone, 'docs: a word', ['packages/core/README.md'])
    const changes = { '@motadata/learn': 'major', '@motadata/use-cases': 'minor' } as const
    expectReleases('a break in @motadata/learn, a feature in @motadata/use-cases', await plannedReleases(clone), withDependents(versions, changes))
    return `first release of ${published.length} packages; afterwards only what a commit touched, and its dependents`
  } finally {
    clone.remove()
  }

  function withDependents(versions: Releases, changes: Readonly<Record<string, 'major' | 'minor' | 'patch'>>): Releases {
    const released = new Set(Object.keys(changes))
    for (let size = 0; size < released.size; ) {
      size = released.size
      for (const { name, isPrivate, shippedDependencies } of workspacePackages()) {
        if (!isPrivate && shippedDependencies.some((dependency) => released.has(dependency))) released.add(name)
      }
    }
    return Object.fromEntries([...released].map((name) => [name, raised(versions[name]!, changes[name] ?? 'patch')]))
  }
}

async function plannedReleases(clone: ScratchClone): Promise<Releases> {
  const output = await mustRun('node', ['-e', planProgram], { cwd: clone.folder, env: { NX_DAEMON: 'false', NX_TUI: 'false', NX_WORKSPACE_ROOT_PATH: clone.folder } })
  const plan = /^plan (.*)$/m.exec(output)?.[1]
  if (!plan) throw new Error(`Expected nx release to plan versions, and it printed:\n${output.slice(-3000)}`)
  return JSON.parse(plan) as Releases
}

async function tagAll(clone: ScratchClone, versions: Releases): Promise<void> {
  for (const [name, version] of Object.entries(versions)) await clone.git('tag', '--force', `${name}@${version}`)
}

async function commit(clone: ScratchClone, message: string, files: readonly string[]): Promise<void> {
  for (const file of files) appendFileSync(join(clone.folder, file), '\n')
  await clone.git('commit', '--quiet', '--all', '--no-verify', '--message', message)
}

function raised(version: string, part: 'major' | 'minor' | 'patch'): string {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  if (part === 'major') return `${major + 1}.0.0`
  return part === 'minor' ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`
}

function expectReleases(occasion: string, actual: Releases, expected: Releases): void {
  if (!isDeepStrictEqual(sorted(actual), sorted(expected))) {
    throw new Error(`After ${occasion}, expected the releases ${JSON.stringify(sorted(expected))}, and nx release plans ${JSON.stringify(sorted(actual))}.`)
  }
}

const sorted = (releases: Releases): Releases => Object.fromEntries(Object.entries(releases).sort(([left], [right]) => (left < right ? -1 : 1)))
