import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { mustRun, runCommand } from '../command.js'
import { lastRelease, type Release } from '../release/last-release.js'
import { root, workspacePackages, type WorkspacePackage } from '../workspace.js'
import { compareApis } from './api-changes.js'
import { apiEntriesOf, writeApiReport } from './api-report.js'

/**
 * Proves that every package's public API is the one its reports say (`npm run api` renews them), and that what breaks it since the
 * package's last release was announced by a commit (`feat!: …` or `BREAKING CHANGE: …`) that touches the package. Needs built declarations.
 */
export async function checkApi(): Promise<string> {
  const faults: string[] = []
  const changes: string[] = []
  for (const one of publishedPackages()) {
    const reports = apiReportsOf(one)
    for (const [report, text] of reports) {
      const stored = existsSync(join(root, report)) ? readFileSync(join(root, report), 'utf8') : undefined
      if (stored === text) continue
      const { breaks, additions } = compareApis(stored ?? '', text)
      const what = [...breaks.map((line) => `break: ${line}`), ...additions.map((line) => `addition: ${line}`)]
      faults.push(`${report} is not what the package exports now; npm run api renews it\n    ${what.join('\n    ') || 'only words or their order differ'}`)
    }
    for (const report of storedReportsOf(one)) if (!reports.has(report)) faults.push(`${report} is of an entry that is gone; npm run api removes it`)

    const release = await lastRelease(one.name)
    if (!release) continue
    const { breaks, additions, reportCount } = await changesSince(release, one, reports)
    changes.push(reportCount === 0 ? `${release.tag}: released before reports were kept` : `since ${release.tag}: ${breaks.length} breaks, ${additions.length} additions`)
    if (breaks.length > 0 && !(await isBreakAnnounced(release, one))) {
      faults.push(`${one.name} breaks its API since ${release.tag}, and no commit that touches it says feat!: or BREAKING CHANGE:\n    ${breaks.join('\n    ')}`)
    }
  }
  if (faults.length > 0) throw new Error(`\n  ${faults.join('\n  ')}`)
  return `every API report is current; ${changes.length > 0 ? changes.join('; ') : 'no package was released yet, so there is nothing to break'}`
}

/** Renews the reports of every published package. Needs built declarations. */
export function renewApiReports(): string {
  const packages = publishedPackages()
  let count = 0
  for (const one of packages) {
    for (const report of storedReportsOf(one)) rmSync(join(root, report))
    for (const [report, text] of apiReportsOf(one)) {
      mkdirSync(dirname(join(root, report)), { recursive: true })
      writeFileSync(join(root, report), text)
      count++
    }
  }
  return `${count} API reports of ${packages.length} packages written`
}

const publishedPackages = (): WorkspacePackage[] => workspacePackages().filter(({ isPrivate }) => !isPrivate)

const apiReportsOf = (one: WorkspacePackage): Map<string, string> =>
  new Map(apiEntriesOf(one).filter(({ declarations }) => exportsAnything(declarations)).map((entry) => [entry.report, writeApiReport(one.folder, entry)]))

/** An entry that is only run, as a worker thread is, has nothing to report. */
function exportsAnything(declarations: string): boolean {
  if (!existsSync(join(root, declarations))) throw new Error(`Expected the built declarations ${declarations}; npm run build first.`)
  return !/^export \{\s*\};/m.test(readFileSync(join(root, declarations), 'utf8'))
}

function storedReportsOf({ folder }: WorkspacePackage): string[] {
  const etc = join(root, folder, 'etc')
  return existsSync(etc) ? readdirSync(etc).filter((file) => file.endsWith('.api.md')).map((file) => `${folder}/etc/${file}`) : []
}

async function changesSince(release: Release, one: WorkspacePackage, reports: ReadonlyMap<string, string>) {
  const stored = (await mustRun('git', ['ls-tree', '--name-only', release.tag, `${one.folder}/etc/`], { cwd: root })).split('\n').filter((path) => path.endsWith('.api.md'))
  const breaks: string[] = []
  const additions: string[] = []
  for (const report of stored) {
    const now = reports.get(report)
    if (now === undefined) {
      breaks.push(`the entry of ${report} was removed`)
      continue
    }
    const found = compareApis(await mustRun('git', ['show', `${release.tag}:${report}`], { cwd: root }), now)
    breaks.push(...found.breaks)
    additions.push(...found.additions)
  }
  return { breaks, additions, reportCount: stored.length }
}

async function isBreakAnnounced(release: Release, one: WorkspacePackage): Promise<boolean> {
  const { output } = await runCommand('git', ['log', '--format=%B%x00', `${release.tag}..HEAD`, '--', one.folder], { cwd: root })
  return output.split('\0').some((message) => /^\s*[a-z]+(\([^)]*\))?!:/.test(message) || /^BREAKING[ -]CHANGE:/m.test(message))
}
