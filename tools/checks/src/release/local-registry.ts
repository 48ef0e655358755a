import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { mustRun } from '../command.js'

export interface LocalRegistry {
  readonly url: string
  /** For npm: asks this registry, and has a made-up login there. */
  readonly npmEnvironment: NodeJS.ProcessEnv
  stop(): Promise<void>
}

/**
 * Installs verdaccio into a folder and starts it on a free port of this machine. Our packages are what is published to it; everything else it
 * fetches from the registry that npm is configured with.
 */
export async function startLocalRegistry(folder: string): Promise<LocalRegistry> {
  const upstream = (await mustRun('npm', ['config', 'get', 'registry'], { cwd: folder })).split('\n').findLast((line) => line.startsWith('http'))?.trim()
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: { verdaccio: '6.8.0' }, overrides: { 'node-fetch': '2.7.0' } }))
  await mustRun('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder })

  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const configuration = {
    storage: './storage',
    uplinks: { upstream: { url: upstream, maxage: '30m' } },
    packages: {
      '@motadata/*': { access: '$all', publish: '$all' },
      '**': { access: '$all', proxy: 'upstream' },
    },
    max_body_size: '100mb',
    log: { type: 'stdout', level: 'warn' },
  }
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(configuration)) // JSON is YAML
  const child = spawn('node', ['node_modules/verdaccio/bin/verdaccio', '--config', 'config.yaml', '--listen', `127.0.0.1:${port}`], { cwd: folder })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))

  const npmrc = join(folder, 'user.npmrc')
  writeFileSync(npmrc, `registry=${url}/\n//127.0.0.1:${port}/:_authToken=anybody\n`)
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await ended
  }
  for (const deadline = Date.now() + 60_000; ; await new Promise((resolve) => setTimeout(resolve, 200))) {
    if ((await fetch(`${url}/-/ping`).catch(() => undefined))?.ok) break
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop()
      throw new Error(`Expected verdaccio to answer at ${url}, and it printed:\n${output.slice(-2000)}`)
    }
  }
  const npmEnvironment = { npm_config_userconfig: npmrc, npm_config_registry: `${url}/`, npm_config_cache: join(folder, 'npm-cache') }
  return { url, npmEnvironment, stop }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}
