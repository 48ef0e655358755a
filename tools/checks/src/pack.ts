import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mustRun } from './command.js'
import { root, workspacePackages } from './workspace.js'

const example = `
import assert from 'node:assert/strict'
import { openPlatform } from '@motadata/adapters'
import { MLSystem } from '@motadata/ml-framework'
import { makeTickets } from '@motadata/use-case-ticket-classification'

const platform = await openPlatform()
const ml = (await MLSystem.open(platform)).forTenant('tenant_123')
const version = await ml.trainModel({ modelId: 'ticket_classifier', modelType: 'classification', trainingData: makeTickets({ rows: 600 }) })
assert.equal(version.version, 1)
const prediction = await ml.predict('ticket_classifier', makeTickets({ rows: 1, seed: 99 })[0])
assert.ok(prediction.kind === 'class' && prediction.probability > 0)
await platform.close()
console.log('trained and predicted from the tarballs')
`

/** Packs every published package, lints the tarballs with publint and attw, installs the tarballs into an empty folder, imports every entry from ESM and CommonJS with types, and trains. */
export async function checkPack(): Promise<string> {
  const packages = workspacePackages().filter(({ isPrivate }) => !isPrivate)
  const scratch = mkdtempSync(join(tmpdir(), 'motadata-pack-'))
  try {
    const tarballs = join(scratch, 'tarballs')
    const project = join(scratch, 'project')
    mkdirSync(tarballs)
    mkdirSync(project)
    await mustRun('npm', ['pack', '--pack-destination', tarballs, ...packages.map(({ folder }) => `./${folder}`)], { cwd: root })
    for (const file of readdirSync(tarballs)) await lintTarball(join(tarballs, file))
    const rootManifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const versionOf = (name: string): string => rootManifest.devDependencies[name]
    writeFileSync(join(project, 'package.json'), JSON.stringify({
      name: 'empty', private: true, type: 'module',
      dependencies: Object.fromEntries(readdirSync(tarballs).map((file) => [nameOf(file, packages.map(({ name }) => name)), `file:../tarballs/${file}`])),
      // optional peers, whose subpaths are imported too
      optionalDependencies: optionalPeers(packages.map(({ folder }) => folder)),
      devDependencies: { '@types/node': versionOf('@types/node'), typescript: versionOf('typescript') },
    }))
    await mustRun('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: project })

    const entries = packages.flatMap((one) => one.entries).filter((entry) => !entry.endsWith('/fit-thread'))
    const names = entries.map((_, index) => `module${index}`)
    const nonEmpty = names.map((name) => `if (Object.keys(${name}).length === 0) throw new Error('${name} exports nothing')`).join('\n')
    writeFileSync(join(project, 'esm.mjs'), `${entries.map((entry, index) => `import * as module${index} from '${entry}'`).join('\n')}\n${nonEmpty}\n`)
    writeFileSync(join(project, 'commonjs.cjs'), `${entries.map((entry, index) => `const module${index} = require('${entry}')`).join('\n')}\n${nonEmpty}\n`)
    writeFileSync(join(project, 'types.mts'), `${entries.map((entry, index) => `import * as module${index} from '${entry}'`).join('\n')}\nexport const all = [${names.join(', ')}]\n`)
    writeFileSync(join(project, 'example.mts'), example)
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({
      compilerOptions: { module: 'nodenext', target: 'es2023', lib: ['es2023', 'es2024.string'], types: ['node'], strict: true, noEmit: true, skipLibCheck: true },
      files: ['types.mts', 'example.mts'],
    }))
    await mustRun('node', ['esm.mjs'], { cwd: project })
    await mustRun('node', ['--no-warnings', 'commonjs.cjs'], { cwd: project })
    await mustRun('npx', ['tsc', '-p', '.'], { cwd: project })
    writeFileSync(join(project, 'example.mjs'), example)
    await mustRun('node', ['example.mjs'], { cwd: project })
    return `${packages.length} tarballs, clean for publint and attw, installed; ${entries.length} entries imported from ESM, CommonJS and TypeScript; trained and predicted`
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** publint: the manifest says what is there; attw: TypeScript finds the types of every entry, as the ES modules that they are. */
async function lintTarball(tarball: string): Promise<void> {
  await mustRun('npx', ['publint', 'run', tarball, '--strict'], { cwd: root })
  await mustRun('npx', ['attw', tarball, '--profile', 'esm-only', '--no-color', '--format', 'ascii'], { cwd: root })
}

/** `motadata-ml-framework-1.0.0.tgz` is the tarball of `@motadata/ml-framework`. */
function nameOf(file: string, names: readonly string[]): string {
  const name = names.find((candidate) => new RegExp(`^${candidate.replace('@', '').replace('/', '-')}-\\d`).test(file))
  if (!name) throw new Error(`No package belongs to ${file}.`)
  return name
}

/** Optional peers of packages at the versions that they are tested with; others of their peers come by themselves. */
function optionalPeers(folders: readonly string[]): Record<string, string> {
  const manifests = folders.map((folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')))
  return Object.fromEntries(manifests.flatMap(({ peerDependenciesMeta = {}, devDependencies = {} }) =>
    Object.keys(peerDependenciesMeta).flatMap((name) => (devDependencies[name] === undefined ? [] : [[name, devDependencies[name]]]))))
}
