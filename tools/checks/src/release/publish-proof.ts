import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mustRun, runCommand } from '../command.js'
import { readmeBlocks, withAssertions } from '../readme-blocks.js'
import { root, workspacePackages } from '../workspace.js'
import { startLocalRegistry } from './local-registry.js'

const serverUrl = 'postgresql://postgres@127.0.0.1:5432/postgres' // where the tests of the adapters look for one as well
const database = `motadata_publish_${process.pid}`

/** Publishes every package to a registry of its own, installs them from there into an empty project, and runs the README's examples: embedded and on PostgreSQL, on this Node and on 24. */
export async function checkPublish(): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), 'motadata-publish-'))
  const project = join(scratch, 'project')
  mkdirSync(project)
  mkdirSync(join(scratch, 'registry'))
  const registry = await startLocalRegistry(join(scratch, 'registry'))
  try {
    const packages = workspacePackages().filter(({ isPrivate }) => !isPrivate)
    for (const { folder } of packages) await mustRun('npm', ['publish', '--ignore-scripts', `./${folder}`], { cwd: root, env: registry.npmEnvironment })

    const rootManifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { devDependencies: Record<string, string> }
    const { tsx, kysely, fastify } = rootManifest.devDependencies
    writeFileSync(join(project, 'package.json'), JSON.stringify({
      name: 'empty', private: true, type: 'module',
      dependencies: { ...Object.fromEntries(packages.map(({ name, version }) => [name, version])), kysely, fastify, pg: '8.23.1' },
      devDependencies: { tsx, node24: 'npm:node@24' },
    }))
    await mustRun('npm', ['install', '--no-audit', '--no-fund'], { cwd: project, env: registry.npmEnvironment, timeoutMs: 600_000 })

    const examples = readmeBlocks('README.md')
    const nodes = ['node', join(project, 'node_modules/node24/bin/node')]
    const engines = (await isPostgresqlThere(project)) ? ['embedded', 'postgresql'] : ['embedded']
    if (engines.length === 1 && process.env['REQUIRE_SERVICES'] === '1') throw new Error('Expected PostgreSQL to try the examples on, and found none.')
    const ran: string[] = []
    for (const node of nodes) {
      for (const engine of engines) {
        for (const [index, block] of examples.entries()) {
          const file = join(project, `example-${index}-${engine}.mts`)
          writeFileSync(file, engine === 'postgresql' ? onPostgresql(withAssertions(block)) : withAssertions(block))
          if (engine === 'postgresql') await administer(project, `drop database if exists ${database}`, `create database ${database}`)
          await mustRun(node, ['--import', 'tsx', file], { cwd: project })
          rmSync(join(project, '.motadata'), { recursive: true, force: true })
        }
        ran.push(`${engine} on ${(await mustRun(node, ['--version'], { cwd: project })).trim()}`)
      }
    }
    if (engines.includes('postgresql')) await administer(project, `drop database if exists ${database}`)
    return `${packages.length} packages published to a local registry and installed from it; the README's example ran ${ran.join(', ')}`
  } finally {
    await registry.stop()
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** The same example with the platform on a server. */
function onPostgresql(code: string): string {
  const there = code.replace("from '@motadata/adapters'", "from '@motadata/adapters/postgresql'").replace('openPlatform()', `openPlatform(${JSON.stringify({ databaseUrl: databaseUrl() })})`)
  if (!there.includes('databaseUrl')) throw new Error("Expected the README's example to call openPlatform(), to try it on PostgreSQL as well.")
  return there
}

function databaseUrl(): string {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.href
}

const clientProgram = `
import pg from 'pg'
const client = new pg.Client({ connectionString: process.argv[1], connectionTimeoutMillis: 5000 })
await client.connect()
for (const statement of process.argv.slice(2)) await client.query(statement)
await client.end()`

const isPostgresqlThere = async (project: string): Promise<boolean> =>
  (await runCommand('node', ['--input-type=module', '-e', clientProgram, serverUrl, 'select 1'], { cwd: project })).code === 0

const administer = (project: string, ...statements: string[]): Promise<string> =>
  mustRun('node', ['--input-type=module', '-e', clientProgram, serverUrl, ...statements], { cwd: project })
