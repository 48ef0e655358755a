import type { Bootstrapped } from '@motadata/access'
import { openPlatform } from '@motadata/adapters'
import type { Logger, Platform } from '@motadata/core'
import type { MLSystem } from '@motadata/ml-framework'
import type { ServerRoute } from '@motadata/model-serving'
import { compose } from './compose.js'
import { readServerConfig, type ServerConfig } from './config.js'
import { startTelemetry } from './telemetry.js'

export interface CreateServerOptions {
  /** Settings other than the defaults; the environment is not read. */
  readonly config?: Partial<ServerConfig>
  /** An opened platform, which stays open when the server stops, and jobs on it are worked on until it is closed; default one on `DATA_FOLDER`. */
  readonly platform?: Platform
  /** On the same platform. */
  readonly system?: MLSystem
  /** Default the platform's. */
  readonly logger?: Logger
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
 * The composed server, listening when it resolves: HTTP, jobs and the embedded database in this process.
 *
 * @throws MLError `CONFIGURATION_INVALID`, `STORAGE_LOCKED`, `STORAGE_UNAVAILABLE`, `MIGRATION_FAILED`, `USE_CASE_INVALID`
 * @example
 * const server = await createServer({ config: { PORT: 0, DATA_FOLDER: folder } })
 * await fetch(`${server.url}/health/ready`)
 * await server.stop()
 */
export async function createServer(options: CreateServerOptions = {}): Promise<RunningServer> {
  const config: ServerConfig = { ...readServerConfig({}), ...options.config }
  const telemetry = startTelemetry()
  const stops: (() => Promise<void>)[] = [() => telemetry.stop()]
  const stop = async (): Promise<void> => {
    const failures: unknown[] = []
    for (const step of stops.splice(0).reverse()) await step().catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw failures[0]
  }
  try {
    const platform = options.platform ?? await openPlatform({
      dataFolder: config.DATA_FOLDER, jobGraceMs: config.SHUTDOWN_DEADLINE_MS, ...(options.logger ? { logger: options.logger } : {}),
    })
    if (!options.platform) stops.push(() => platform.close())
    const composition = await compose({
      config, platform, telemetry, logger: options.logger ?? platform.logger, ...(options.system ? { system: options.system } : {}),
    })
    // the last step of all: jobs need it until the platform is closed
    if (!options.platform) stops.unshift(() => composition.release())
    stops.push(() => composition.close())
    const { address: { address, port }, bootstrapped } = await composition.start()
    return {
      url: `http://${address.includes(':') ? `[${address}]` : address}:${port}`,
      routes: composition.server.routes,
      ...(bootstrapped ? { bootstrapped } : {}),
      stop,
    }
  } catch (error) {
    // why it did not start matters more than what then did not stop
    await stop().catch((stopError: unknown) => options.logger?.error({ error: stopError }, 'what was opened could not be closed'))
    throw error
  }
}
