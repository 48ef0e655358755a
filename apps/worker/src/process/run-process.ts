import { inspect } from 'node:util'
import { isMLError, type Logger, type Settings } from '@motadata/core'
import { createLog, type LogOptions } from './log.js'
import { maskSecrets, secretsIn } from './mask-secrets.js'
import { withSmallYoungGeneration } from './small-young-generation.js'

type Environment = Readonly<Record<string, string | undefined>>

export interface ProcessDescription<Config extends { readonly LOG_LEVEL: LogOptions['level'] }> {
  /** What `--help` prints. */
  readonly help: string
  /** Those of them that are secret are kept out of all it prints. */
  readonly settings: Settings
  /** Throws MLError `CONFIGURATION_INVALID`. */
  readonly readConfig: (environment: Environment) => Config
  /** Resolves when the process does its work; the signal aborts when it is told to stop, also before that. */
  readonly start: (config: Config, surroundings: { readonly logger: Logger; readonly signal: AbortSignal }) => Promise<{ stop(): Promise<void> }>
}

/**
 * The life of a process of ours, the same for each: `--help`, settings from the environment, one log, an end that lets work finish on the
 * first SIGTERM or SIGINT and none that waits on the second. Exits with 0 after such an end, 1 when it could not start or go on, 2 for
 * arguments that there are none of.
 */
export async function runProcess<Config extends { readonly LOG_LEVEL: LogOptions['level'] }>(description: ProcessDescription<Config>): Promise<void> {
  const args = process.argv.slice(2)
  if (args.includes('--help')) {
    console.log(description.help)
    return
  }
  if (args.length > 0) {
    console.error(`Expected no arguments but --help, got ${args.join(' ')}. Settings come from the environment.`)
    process.exitCode = 2
    return
  }
  const secrets = secretsIn(process.env, description.settings)
  try {
    const config = description.readConfig(process.env)
    await live(description, config, createLog({ level: config.LOG_LEVEL, secrets }))
  } catch (error) {
    console.error(maskSecrets(secrets)(isMLError(error) ? `${error.code}: ${error.message}` : inspect(error)))
    process.exit(1)
  }
}

async function live<Config extends { readonly LOG_LEVEL: LogOptions['level'] }>(
  { start }: ProcessDescription<Config>,
  config: Config,
  logger: Logger,
): Promise<void> {
  process.once('uncaughtException', (error) => {
    logger.error({ error }, 'the process ends on an error that nobody caught')
    process.exit(1)
  })
  const ending = new AbortController()
  const told = new Promise<void>((resolve) => {
    const end = (signal: NodeJS.Signals): void => {
      if (ending.signal.aborted) process.exit(1)
      logger.info({ signal }, 'stopping')
      ending.abort()
      resolve()
    }
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, end)
  })
  try {
    const running = await withSmallYoungGeneration(() => start(config, { logger, signal: ending.signal }))
    await told
    await running.stop()
  } catch (error) {
    if (!ending.signal.aborted || !isMLError(error, 'CANCELLED')) throw error
  }
  logger.info({}, 'stopped')
  process.exit(0)
}
