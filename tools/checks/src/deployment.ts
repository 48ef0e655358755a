import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mustRun } from './command.js'
import { root } from './workspace.js'

/** Newest version of Kubernetes whose schemas are asked; validated with the newest that the package has. */
const kubernetesVersion = '1.33'

interface Validated {
  readonly faults: readonly string[]
  /** File and name of each environment variable that is set. */
  readonly settings: readonly (readonly [file: string, name: string])[]
  /** File and path of each program that is started. */
  readonly programs: readonly (readonly [file: string, path: string])[]
  readonly kinds: readonly string[]
}

/** For others than our processes. */
const foreignSettings = new Set(['QUEUE_DEPTH_URL'])

/**
 * Proves that what is under `deploy/` fits: manifests against the schemas of their kinds, every environment variable against what the
 * programs' own `--help` names, every program against what the build makes.
 */
export async function checkDeployment(): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), 'motadata-deployment-'))
  try {
    await mustRun('python3', ['-m', 'venv', 'venv'], { cwd: scratch })
    await mustRun('venv/bin/pip', ['install', '--quiet', 'kubernetes-validate==1.37.0'], { cwd: scratch })
    const script = join(import.meta.dirname, 'deployment/validate_manifests.py')
    const printed = await mustRun('venv/bin/python', ['-W', 'ignore', script, join(root, 'deploy'), kubernetesVersion], { cwd: scratch })
    const { faults, settings, programs, kinds } = JSON.parse(printed.trim().split('\n').at(-1)!) as Validated
    const known = await knownSettings()
    const unknown = settings.filter(([, name]) => !known.has(name) && !foreignSettings.has(name))
    const missing = programs.filter(([, path]) => !existsSync(join(root, path.replace('/dist/', '/src/').replace(/\.js$/, '.ts'))))
    const problems = [
      ...faults,
      ...unknown.map(([file, name]) => `${file}: no program of ours has the setting ${name}`),
      ...missing.map(([file, path]) => `${file}: ${path} is not built from anything`),
    ]
    if (problems.length > 0) throw new Error(problems.join('\n'))
    return `${kinds.join(', ')} fit their schemas; ${settings.length} settings and ${programs.length} programs are ours`
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** What the programs say that they read from the environment. */
async function knownSettings(): Promise<ReadonlySet<string>> {
  const mains = ['apps/server/src/main.ts', 'apps/worker/src/main.ts', 'apps/server/src/migrate-main.ts']
  const helps = await Promise.all(
    mains.map((main) => mustRun(process.execPath, ['--conditions=@motadata/source', '--import', 'tsx', main, '--help'], { cwd: root })),
  )
  return new Set(helps.flatMap((help) => help.match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b|\b(?:HOST|PORT)\b/g) ?? []))
}
