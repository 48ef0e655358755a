import type { Bootstrapped } from '@motadata/access'
import { createStderrLogger } from '@motadata/adapters'
import type { Logger, Platform } from '@motadata/core'
import type { MLSystem } from '@motadata/ml-framework'
import type { ServerRoute } from '@motadata/model-serving'
import { openConfiguredPlatform, retryWhileUnavailable } from '@motadata/worker/process'
import { ClosingSteps } from './closing-steps.js'
import { compose, type Composition, type Parts } from './compose.js'
import { readServerConfig, type ServerConfig } from './config.js'
import { startTelemetry } from './telemetry/telemetry.js'
import { startWaitingServer } from './waiting-server.js'

export interface CreateServerOptions {
  /** Settings other than the defaults; the environment is not read. */
  readonly config?: Partial<ServerConfig>
  /** An opened platform, which stays open when the server stops, and jobs on it are worked on until it is closed; default the one that the settings name. */
  readonly platform?: Platform
  /** On the same platform. */
  readonly system?: MLSystem
  /** Default the platform's. */
  readonly logger?: Logger
  /** Ends the waiting for a database that does not answer, with `CANCELLED`. A server that listens is stopped with `stop`. */
  readonly signal?: AbortSignal
}

/** A server that listens. */
export interface RunningServer {
  /** Without a slash at its end. */
  readonly url: string
  readonly routes: readonly ServerRoute[]
  /** The keys that the very first start on this platform made; they are not shown again. */
  readonly bootstrapped?: Bootstrapped
  /** Lets requests and jobs finish, then closes what it opened. */
  stop(): Promise<void>
}

/**
 * The composed server, listening when it resolves. Without `DATABASE_URL` the embedded database and the worker are in this process; with
 * it, it waits for the database as long as that does not answer, and until then says on its address that it lives and is not ready.
 *
 * @throws MLError `CONFIGURATION_INVALID`, `STORAGE_LOCKED`, `STORAGE_UNAVAILABLE`, `MIGRATION_FAILED`, `USE_CASE_INVALID`, `CANCELLED`
 * @example
 * const server = await createServer({ config: { PORT: 0, DATA_FOLDER: folder } })
 * await fetch(`${server.url}/health/ready`)
 * await server.stop()
 */
export async function createServer(options: CreateServerOptions = {}): Promise<RunningServer> {
  const config: ServerConfig = { ...readServerConfig({}), ...options.config }
  const telemetry = startTelemetry()
  const steps = new ClosingSteps()
  steps.add(() => telemetry.stop())
  try {
    const { composition, close } = await openComposition(config, options, telemetry)
    steps.add(close)
    const { address: { address, port }, bootstrapped } = await composition.start()
    return {
      url: `http://${address.includes(':') ? `[${address}]` : address}:${port}`,
      routes: composition.server.routes,
      ...(bootstrapped ? { bootstrapped } : {}),
      stop: () => steps.run(),
    }
  } catch (error) {
    // why it did not start matters more than what then did not stop
    await steps.run().catch((stopError: unknown) => options.logger?.error({ error: stopError }, 'what was opened could not be closed'))
    throw error
  }
}

interface Opened {
  readonly composition: Composition
  close(): Promise<void>
}

/** All that a start needs, but for listening; where it stands on a database that others may start later, it waits for that. */
async function openComposition(config: ServerConfig, { platform: given, system, logger, signal }: CreateServerOptions, telemetry: Parts['telemetry']): Promise<Opened> {
  const own = system ? { system } : {}
  if (given) {
    const composition = await compose({ config, platform: given, telemetry, logger: logger ?? given.logger, ...own })
    return { composition, close: () => composition.close() }
  }
  if (config.DATABASE_URL === undefined) return openOwn(config, logger, telemetry)

  const waitingLogger = logger ?? createStderrLogger()
  const waiting = await startWaitingServer({ host: config.HOST, port: config.PORT, logger: waitingLogger })
  try {
    const opening = (): Promise<Opened> => openOwn({ ...config, PORT: waiting.port }, logger, telemetry)
    return await retryWhileUnavailable(opening, { logger: waitingLogger, ...(signal ? { signal } : {}) })
  } finally {
    await waiting.close()
  }
}

async function openOwn(config: ServerConfig, logger: Logger | undefined, telemetry: Parts['telemetry']): Promise<Opened> {
  const platform = await openConfiguredPlatform(config, { jobGraceMs: config.SHUTDOWN_DEADLINE_MS, ...(logger ? { logger } : {}) })
  const steps = new ClosingSteps()
  steps.add(() => platform.close())
  try {
    const composition = await compose({ config, platform, telemetry, logger: logger ?? platform.logger })
    // the last step of all: jobs need it until the platform is closed
    steps.addLast(() => composition.release())
    steps.add(() => composition.close())
    return { composition, close: () => steps.run() }
  } catch (error) {
    await steps.run().catch((closeError: unknown) => platform.logger.error({ error: closeError }, 'what was opened could not be closed'))
    throw error
  }
}
