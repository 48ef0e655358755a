import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { peerFolder } from './python-peer.js'

const environment = join(peerFolder, '.venv')

/** Runs a program in view of the caller and ends with its code when it fails. */
function run(program: string, args: string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit' })
  if (status === 0) return
  console.error(`${program} ${args.join(' ')} failed${error ? `: ${error.message}` : ` with ${status}`}. The peers need Python 3.10 or newer with venv.`)
  process.exit(1)
}

if (!existsSync(environment)) run('python3', ['-m', 'venv', environment])
run(join(environment, 'bin/pip'), ['install', '--quiet', '--requirement', join(peerFolder, 'requirements.txt')])
console.log(`The peers are installed in ${environment}.`)
