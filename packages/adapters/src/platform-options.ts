import { type ArtifactStore, type Clock, type IdSource, type Logger, PlatformError } from '@motadata/core'
import { isArtifactUrl } from './artifacts/artifact-url.js'

export interface OpenPlatformOptions {
  /** Where everything is kept; default `./.motadata`, made when missing. */
  readonly dataFolder?: string
  /** Keeps everything in this process's memory instead, for tests and trials. */
  readonly inMemory?: boolean
  /** Default JSON lines on standard error, warnings and worse. */
  readonly logger?: Logger
  readonly clock?: Clock
  readonly ids?: IdSource
  /** What the cache may hold, in bytes; default 64 MiB. */
  readonly cacheBytes?: number
  /** 32 random bytes each, the current one first, then those of former times; default those in `keys/master-keys.json` of the data folder, made the first time. */
  readonly masterKeys?: readonly Uint8Array[]
  /**
   * A store, or where artifacts go: `file:/var/lib/motadata/artifacts`, `database:`, or `s3://bucket/prefix?endpoint=…&region=…`; default
   * `artifacts/` of the data folder, or memory. A store that is given is not closed with the platform.
   */
  readonly artifacts?: ArtifactStore | string
  /** How long closing lets running jobs end before it aborts their signals; default 10 s. */
  readonly jobGraceMs?: number
  /** Opens also what holds only a part of a backup, for the restore that goes on with it; default no. */
  readonly forRestore?: boolean
}

type Check = readonly [expected: string, holds: (value: never) => boolean]

const hasMethods = (...names: string[]) => (value: unknown): boolean =>
  typeof value === 'object' && value !== null && names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function')

const checks: Readonly<Record<keyof OpenPlatformOptions, Check>> = {
  dataFolder: ['a path', (value: unknown) => typeof value === 'string' && value !== '' && !value.includes('\0')],
  inMemory: ['true or false', (value: unknown) => typeof value === 'boolean'],
  logger: ['an object with debug, info, warn and error', hasMethods('debug', 'info', 'warn', 'error')],
  clock: ['an object with nowMs', hasMethods('nowMs')],
  ids: ['an object with next', hasMethods('next')],
  cacheBytes: ['a whole number of bytes above 0', (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0],
  masterKeys: ['one or more keys of 32 bytes each', (value: unknown) => Array.isArray(value) && value.length > 0 && value.every((key) => key instanceof Uint8Array && key.byteLength === 32)],
  artifacts: [
    "an artifact store, or one of file:<path>, database: and s3://<bucket>",
    (value: unknown) => (typeof value === 'string' ? isArtifactUrl(value) : hasMethods('put', 'get', 'has', 'delete', 'deleteIfOlder', 'list')(value)),
  ],
  forRestore: ['true or false', (value: unknown) => typeof value === 'boolean'],
  jobGraceMs: ['a whole number of milliseconds from 0 to 600000', (value: number) => Number.isInteger(value) && value >= 0 && value <= 600_000],
}

type Defaulted = 'dataFolder' | 'inMemory' | 'cacheBytes' | 'jobGraceMs' | 'forRestore'

/**
 * Options with their defaults, or one error that names everything wrong with them.
 *
 * @param otherProblems - Found already with options that are not of these.
 * @throws MLError `CONFIGURATION_INVALID`
 */
export function checkPlatformOptions(
  options: OpenPlatformOptions,
  otherProblems: readonly string[] = [],
): OpenPlatformOptions & Required<Pick<OpenPlatformOptions, Defaulted>> {
  const problems = [...otherProblems, ...(typeof options === 'object' && options !== null ? problemsOf(options) : ['they must be an object'])]
  if (problems.length > 0) {
    const message = `Expected options that fit openPlatform, got some that do not: ${problems.join('; ')}.`
    throw new PlatformError('CONFIGURATION_INVALID', message, { details: { problems } })
  }
  return {
    ...options,
    dataFolder: options.dataFolder ?? '.motadata',
    inMemory: options.inMemory ?? false,
    forRestore: options.forRestore ?? false,
    cacheBytes: options.cacheBytes ?? 64 * 1024 * 1024,
    jobGraceMs: options.jobGraceMs ?? 10_000,
  }
}

function problemsOf(options: OpenPlatformOptions): string[] {
  const problems: string[] = []
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(checks, name) ? checks[name as keyof OpenPlatformOptions] : undefined
    if (!check) problems.push(`'${name}' is not one of ${Object.keys(checks).join(', ')}`)
    else if (value !== undefined && !check[1](value as never)) problems.push(`'${name}' must be ${check[0]}`)
  }
  if (options.inMemory === true && options.dataFolder !== undefined) problems.push("'inMemory' and 'dataFolder' exclude each other")
  return problems
}
