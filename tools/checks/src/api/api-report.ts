import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor'
import { root, type WorkspacePackage } from '../workspace.js'

/** One importable name of a package, and where its public API is written down. */
export interface ApiEntry {
  /** `@motadata/ml-framework/rest` */
  readonly name: string
  /** From the root: the built declarations. */
  readonly declarations: string
  /** From the root: `packages/ml-framework/etc/ml-framework-rest.api.md`. */
  readonly report: string
}

/** The entries of a package, from the `exports` of its manifest. */
export function apiEntriesOf({ folder, name }: Pick<WorkspacePackage, 'folder' | 'name'>): ApiEntry[] {
  const { exports } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as { exports: Record<string, { types?: string }> }
  return Object.entries(exports).flatMap(([subpath, { types }]) => {
    if (!types) return []
    const entry = name + subpath.slice(1)
    return [{ name: entry, declarations: join(folder, types), report: `${folder}/etc/${entry.replace(/^@[^/]+\//, '').replaceAll('/', '-')}.api.md` }]
  })
}

/**
 * Writes down what an entry exports: its declarations, sorted, as API Extractor prints them.
 *
 * @param folder - The package, from the root. Its declarations have to be built.
 * @throws Error when they are not, or can't be read.
 */
export function writeApiReport(folder: string, entry: ApiEntry): string {
  const scratch = mkdtempSync(join(tmpdir(), 'motadata-api-'))
  try {
    const projectFolder = join(root, folder)
    const problems: string[] = []
    const config = ExtractorConfig.prepare({
      configObjectFullPath: undefined,
      packageJsonFullPath: join(projectFolder, 'package.json'),
      configObject: {
        projectFolder,
        mainEntryPointFilePath: join(root, entry.declarations),
        compiler: {
          overrideTsconfig: {
            compilerOptions: {
              module: 'nodenext', moduleResolution: 'nodenext', target: 'es2023', lib: ['es2023', 'es2024.string'], types: ['node'], strict: true, skipLibCheck: true,
            },
            files: [join(root, entry.declarations)],
          },
        },
        apiReport: { enabled: true, reportFileName: 'entry.api.md', reportFolder: scratch, reportTempFolder: join(scratch, 'temporary') },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        messages: {
          compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
          extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
          tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        },
      },
    })
    const { succeeded } = Extractor.invoke(config, {
      localBuild: true,
      messageCallback: (message) => {
        if (message.logLevel === ExtractorLogLevel.Error) problems.push(message.formatMessageWithLocation(root))
        message.logLevel = ExtractorLogLevel.None
      },
    })
    if (!succeeded) throw new Error(`The public API of ${entry.name} can't be read (npm run build first): ${problems.join('; ')}`)
    return readFileSync(join(scratch, 'entry.api.md'), 'utf8').replaceAll('\r\n', '\n')
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
