/**
 * Runs a command beside an S3-compatible server (moto, kept in a Python environment that is made the first time), whose address it
 * gets in S3_TEST_ENDPOINT; ends with the command's code.
 *
 *   node --import tsx tools/checks/src/s3-server.ts npm test
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { mustRun } from './command.js'
import { root } from './workspace.js'

const environment = join(root, 'tools/checks/.venv')
const packages = ['moto[s3]==5.2.5', 'flask==3.1.3', 'flask-cors==6.0.5']

const [program, ...args] = process.argv.slice(2)
if (program === undefined || program === '--help') {
  console.log('Runs a command with S3_TEST_ENDPOINT set to an S3-compatible server: node --import tsx tools/checks/src/s3-server.ts COMMAND...')
  process.exit(program === undefined ? 2 : 0)
}

// Its last step makes it complete: one that was broken off is made again.
const ready = join(environment, 'bin/moto_server')
if (!existsSync(ready)) {
  await mustRun('python3', ['-m', 'venv', '--clear', environment], { cwd: root })
  await mustRun(join(environment, 'bin/pip'), ['install', '--quiet', ...packages], { cwd: root, timeoutMs: 600_000 })
}

const port = await freePort()
const endpoint = `http://127.0.0.1:${port}`
const server = spawn(ready, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
server.on('error', (error) => console.error(`The S3-compatible server does not start: ${error.message}`))
try {
  await untilAnswers(endpoint)
  const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, S3_TEST_ENDPOINT: endpoint } })
  process.exitCode = await new Promise<number>((resolve) => {
    child.on('error', (error) => {
      console.error(`${program} does not start: ${error.message}`)
      resolve(127)
    })
    child.on('close', (code) => resolve(code ?? 1))
  })
} finally {
  server.kill()
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

async function untilAnswers(url: string): Promise<void> {
  const endsAt = Date.now() + 60_000
  while (server.exitCode === null && Date.now() < endsAt) {
    const answers = await fetch(url).then(
      () => true,
      () => false,
    )
    if (answers) return
    await wait(200)
  }
  throw new Error(`Expected the S3-compatible server to answer at ${url} within a minute, got no answer.`)
}
