import { Access, type Bootstrapped } from '@motadata/access'
import { accessRoutes, createAuthenticate } from '@motadata/access/rest'
import type { Logger, Platform } from '@motadata/core'
import { DataLoader } from '@motadata/data-management'
import { MLSystem } from '@motadata/ml-framework'
import { modelRoutes } from '@motadata/ml-framework/rest'
import { ModelServer, RealtimePredictor, type ServerAddress } from '@motadata/model-serving'
import { predictRoutes } from '@motadata/model-serving/rest'
import { loadUseCases } from '@motadata/use-cases'
import { createWorker } from '@motadata/worker'
import type { ServerConfig } from './config.js'
import { health } from './plugins/health.js'
import { jobRoutes } from './plugins/jobs.js'
import { describeRoutes, serveDocumentation } from './plugins/openapi.js'
import { prometheus } from './plugins/prometheus.js'
import type { Telemetry } from './telemetry.js'
import { version } from './version.js'

export interface Parts {
  readonly config: ServerConfig
  readonly platform: Platform
  readonly logger: Logger
  readonly telemetry: Telemetry
  /** Opened here when the caller has none. */
  readonly system?: MLSystem
}

export interface Started {
  readonly address: ServerAddress
  /** The keys that the very first start made; never again after it. */
  readonly bootstrapped?: Bootstrapped
}

export interface Composition {
  readonly server: ModelServer
  /** Listens, works on jobs and, where there is no tenant yet, makes the first. */
  start(): Promise<Started>
  /** Stops taking requests and lets those under way finish. The worker works on until the platform is closed. */
  close(): Promise<void>
  /** Gives back the memory of models; before the platform is closed it would fail the jobs that still run. */
  release(): Promise<void>
}

/** Plugs the packages together: the one place that knows them all. */
export async function compose({ config, platform, logger, telemetry, system: given }: Parts): Promise<Composition> {
  const presets = await loadUseCases(config.ML_USE_CASES)
  const access = await Access.open(platform)
  const system = given ?? await MLSystem.open(platform, { memoryBudgetBytes: config.MEMORY_BUDGET_BYTES })
  const datasets = new DataLoader({ artifacts: platform.artifacts })
  const predictor = new RealtimePredictor({ inference: system, clock: platform.clock })
  const worker = createWorker({ platform, training: system, datasets })
  const authenticate = createAuthenticate(access)
  let started = false

  const server: ModelServer = new ModelServer({
    host: config.HOST,
    port: config.PORT,
    bodyLimitBytes: config.BODY_LIMIT_BYTES,
    logger,
    logRequests: config.LOG_LEVEL === 'debug',
    plugins: [
      (fastify) => describeRoutes(fastify, version),
      async (fastify) => {
        await fastify.register(health, { database: platform.database, isWorking: () => worker.isWorking, isAccepting: () => started && server.accepting })
        await fastify.register(prometheus, { authenticate, telemetry, isPublic: config.METRICS_PUBLIC })
        await fastify.register(accessRoutes, { authenticate, access })
        await fastify.register(modelRoutes, {
          authenticate, system, jobs: platform.jobs, artifacts: platform.artifacts, presets, uploadLimitBytes: config.UPLOAD_LIMIT_BYTES,
        })
        await fastify.register(predictRoutes, { authenticate, predictor })
        await fastify.register(jobRoutes, { authenticate, jobs: platform.jobs })
      },
      serveDocumentation,
    ],
  })

  return {
    server,
    async start() {
      const address = await server.startServer()
      await worker.start()
      // the last thing that can fail: keys that were made but could not be shown would be lost for ever
      const bootstrapped = await access.bootstrap({ tenantId: config.TENANT_ID })
      started = true
      return { address, ...(bootstrapped ? { bootstrapped } : {}) }
    },
    async close() {
      await server.stopServer({ deadlineMs: config.SHUTDOWN_DEADLINE_MS })
      access.close()
    },
    async release() {
      if (!given) await system.close()
    },
  }
}
