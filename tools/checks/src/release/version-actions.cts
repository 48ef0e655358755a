import js = require('@nx/js/src/release/version-actions')
import devkit = require('@nx/devkit')
import childProcess = require('node:child_process')
import fs = require('node:fs')
import path = require('node:path')

type Manifest = { name: string; version: string; private?: boolean } & Partial<Record<(typeof dependencyKinds)[number], Record<string, string>>>

/** What whoever installs a package gets with it. What only its tests import is no reason to release it. */
const shippedKinds = ['dependencies', 'peerDependencies', 'optionalDependencies'] as const
const dependencyKinds = [...shippedKinds, 'devDependencies'] as const

/**
 * What `nx release` does to a package of ours. Nx's own actions, except that
 * a commit concerns the packages whose files it touches, and their dependents by what is shipped get a patch;
 * a package that has no tag yet is released as the version that its manifest says.
 */
class VersionActions extends js.default {
  override async readDependencies(tree: devkit.Tree, graph: devkit.ProjectGraph): Promise<devkit.ProjectGraphDependency[]> {
    const manifest = devkit.readJson<Manifest>(tree, path.join(this.projectGraphNode.data.root, 'package.json'))
    const shipped = new Set(shippedKinds.flatMap((kind) => Object.keys(manifest[kind] ?? {})))
    const edges = (graph.dependencies[this.projectGraphNode.name] ?? []).filter(({ target }) => shipped.has(target))
    // Nx asks this graph which projects a commit concerns, and would count what tests import, and dependents as if they were touched themselves
    graph.dependencies[this.projectGraphNode.name] = []
    return edges
  }

  override async calculateNewVersion(...call: Parameters<InstanceType<typeof js.default>['calculateNewVersion']>) {
    const [currentVersion, , reason] = call
    const isDerived = reason === 'CONVENTIONAL_COMMITS' || reason === 'DEPENDENCY_WAS_BUMPED'
    if (isDerived && currentVersion && !hasTag(this.projectGraphNode.name)) {
      return { newVersion: currentVersion, logText: `❓ Nothing of it was released yet: ${currentVersion} is its first release` }
    }
    return super.calculateNewVersion(...call)
  }

  /** A release is tested with the newest of our packages, so that is what it asks for. */
  override async updateProjectDependencies(...call: Parameters<InstanceType<typeof js.default>['updateProjectDependencies']>): Promise<string[]> {
    const [tree, graph, , resolveVersion] = call
    const manifest = devkit.readJson<Manifest>(tree, path.join(this.projectGraphNode.data.root, 'package.json'))
    const newest: Record<string, string> = {}
    for (const name of shippedKinds.flatMap((kind) => Object.keys(manifest[kind] ?? {}))) {
      if (name in graph.nodes && resolveVersion) newest[name] = `^${await resolveVersion(name)}`
    }
    return super.updateProjectDependencies(tree, graph, newest, resolveVersion)
  }
}

/** Brings the ranges of what was not released, and package-lock.json, up to the manifests: without a registry, which `npm install` would ask. */
async function afterAllProjectsVersioned(root: string, { dryRun }: { dryRun?: boolean }) {
  if (dryRun) return { changedFiles: [], deletedFiles: [] }
  const changedFiles: string[] = []
  const write = (file: string, before: string, value: unknown): void => {
    if (JSON.stringify(JSON.parse(before)) === JSON.stringify(value)) return
    fs.writeFileSync(path.join(root, file), `${JSON.stringify(value, undefined, 2)}\n`)
    changedFiles.push(file)
  }
  const lockText = fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8')
  const lock = JSON.parse(lockText) as { packages: Record<string, Partial<Manifest>> }
  const folders = Object.keys(lock.packages).filter((folder) => /^(packages|apps|tools)\/[^/]+$/.test(folder))
  const manifestTexts = new Map(folders.map((folder) => [folder, fs.readFileSync(path.join(root, folder, 'package.json'), 'utf8')]))
  const manifests = new Map([...manifestTexts].map(([folder, text]) => [folder, JSON.parse(text) as Manifest]))
  const versions = new Map([...manifests.values()].map(({ name, version }) => [name, version]))
  for (const [folder, manifest] of manifests) {
    for (const kind of manifest.private ? dependencyKinds : (['devDependencies'] as const)) {
      const ranges = manifest[kind] ?? {}
      for (const name of Object.keys(ranges)) if (versions.has(name)) ranges[name] = `^${versions.get(name)}`
    }
    write(`${folder}/package.json`, manifestTexts.get(folder) ?? '{}', manifest)
    const locked = lock.packages[folder] ?? {}
    if (locked.version !== undefined) locked.version = manifest.version
    for (const kind of dependencyKinds) if (locked[kind]) locked[kind] = sorted(manifest[kind] ?? {})
  }
  write('package-lock.json', lockText, lock)
  return { changedFiles, deletedFiles: [] }
}

const sorted = (ranges: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(ranges).sort(([left], [right]) => (left < right ? -1 : 1)))

function hasTag(projectName: string): boolean {
  return childProcess.execFileSync('git', ['tag', '--list', `${projectName}@*`], { cwd: devkit.workspaceRoot, encoding: 'utf8' }).trim() !== ''
}

export = { default: VersionActions, afterAllProjectsVersioned }
