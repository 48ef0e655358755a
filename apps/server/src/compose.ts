import { setTimeout as pause } from 'node:timers/promises'
import { Access, type Bootstrapped } from '@motadata/access'
import { accessRoutes, createAuthenticate } from '@motadata/access/rest'
import type { Logger, Platform } from '@motadata/core'
import { DataLoader, DataManager, Erasures, FeatureStore, Redactor } from '@motadata/data-management'
import { datasetRoutes, featureRoutes, pipelineRoutes, privacyRoutes } from '@motadata/data-management/rest'
import { MLSystem } from '@motadata/ml-framework'
import { modelRoutes } from '@motadata/ml-framework/rest'
import { ModelServer, RealtimePredictor, type ServerAddress } from '@motadata/model-serving'
import { predictRoutes } from '@motadata/model-serving/rest'
import { loadUseCases } from '@motadata/use-cases'
import { createWorker } from '@motadata/worker'
import { configuredErasables, openConfiguredPipelines, openConfiguredUpkeep } from '@motadata/worker/process'
import { type ServerConfig, worksOnJobs } from './config.js'
import { oidcIssuers } from './oidc-settings.js'
import { health } from './plugins/health.js'
import { jobRoutes } from './plugins/jobs.js'
import { modelCardPage } from './plugins/model-card-page.js'
import { describeRoutes, serveDocumentation } from './plugins/openapi.js'
import { profilePage } from './plugins/profile-page.js'
import { prometheus } from './plugins/prometheus.js'
import { requestDeadline } from './plugins/request-deadline.js'
import { retryAfter } from './plugins/retry-after.js'
import type { Telemetry } from './telemetry/telemetry.js'
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
  /** Listens, works on jobs if it is to, and, where there is no tenant yet, makes the first. */
  start(): Promise<Started>
  /** Says that it is not ready, stops taking requests and lets those under way finish. The worker works on until the platform is closed. */
  close(): Promise<void>
  /** Gives back the memory of models; before the platform is closed it would fail the jobs that still run. */
  release(): Promise<void>
}

const uploadDeadlineMs = 120_000

/** Plugs the packages together: the one place that knows them all. */
export async function compose({ config, platform, logger, telemetry, system: given }: Parts): Promise<Composition> {
  const presets = await loadUseCases(config.ML_USE_CASES)
  const access = await Access.open(platform, { oidc: oidcIssuers(config) })
  const tenantBudget = config.TENANT_MEMORY_BUDGET_BYTES
  const system = given ?? await MLSystem.open(platform, {
    memoryBudgetBytes: config.MEMORY_BUDGET_BYTES, ...(tenantBudget === undefined ? {} : { tenantMemoryBudgetBytes: tenantBudget }),
  })
  const redactor = await Redactor.open(platform)
  const data = await DataManager.open(platform, { redactor })
  const features = await FeatureStore.open(platform, { datasets: data })
  const pipelines = await openConfiguredPipelines(config, platform)
  const datasets = new DataLoader({ artifacts: platform.artifacts })
  const predictor = new RealtimePredictor({ inference: system, clock: platform.clock })
  const erasures = await Erasures.open(platform)
  const erasing = { erasures, owners: configuredErasables({ platform, access, system, datasets: data, features, redactor }) }
  const upkeep = worksOnJobs(config) ? await openConfiguredUpkeep(config, { platform, access, system }) : undefined
  const worker = upkeep && createWorker({ platform, training: system, datasets, features, erasing, pipelines, upkeep })
  const authenticate = createAuthenticate(access)
  let state: 'starting' | 'started' | 'stopping' = 'starting'

  const server: ModelServer = new ModelServer({
    host: config.HOST,
    port: config.PORT,
    bodyLimitBytes: config.BODY_LIMIT_BYTES,
    logger,
    logRequests: config.LOG_LEVEL === 'debug',
    plugins: [
      (fastify) => describeRoutes(fastify, version),
      async (fastify) => {
        await fastify.register(requestDeadline, {
          deadlineMs: config.REQUEST_DEADLINE_MS, upload: { aboveBytes: config.BODY_LIMIT_BYTES, deadlineMs: uploadDeadlineMs },
        })
        await fastify.register(retryAfter)
        await fastify.register(health, {
          database: platform.database, isAccepting: () => state === 'started' && server.accepting, ...(worker ? { isWorking: () => worker.isWorking } : {}),
        })
        await fastify.register(prometheus, { authenticate, telemetry, isPublic: config.METRICS_PUBLIC })
        await fastify.register(accessRoutes, { authenticate, access })
        await fastify.register(modelRoutes, {
          authenticate, system, jobs: platform.jobs, artifacts: platform.artifacts, presets, uploadLimitBytes: config.UPLOAD_LIMIT_BYTES,
        })
        await fastify.register(modelCardPage, { authenticate, system })
        await fastify.register(datasetRoutes, { authenticate, datasets: data, uploadLimitBytes: config.UPLOAD_LIMIT_BYTES })
        await fastify.register(profilePage, { authenticate, datasets: data })
        await fastify.register(featureRoutes, { authenticate, features, jobs: platform.jobs, uploadLimitBytes: config.UPLOAD_LIMIT_BYTES })
        await fastify.register(privacyRoutes, { authenticate, redactor, erasures, checkTenant: (context, tenantId) => access.tenants.get(context, tenantId) })
        await fastify.register(pipelineRoutes, { authenticate, pipelines })
        await fastify.register(predictRoutes, { authenticate, predictor, authenticateDirectly: authenticate })
        await fastify.register(jobRoutes, { authenticate, jobs: platform.jobs })
      },
      serveDocumentation,
    ],
  })

  return {
    server,
    async start() {
      const address = await server.startServer()
      await worker?.start()
      // the last thing that can fail: keys that were made but could not be shown would be lost for ever
      const bootstrapped = await access.bootstrap({ tenantId: config.TENANT_ID })
      state = 'started'
      return { address, ...(bootstrapped ? { bootstrapped } : {}) }
    },
    async close() {
      const isAsked = state === 'started'
      state = 'stopping'
      if (isAsked && config.DRAIN_DELAY_MS > 0) await pause(config.DRAIN_DELAY_MS)
      await server.stopServer({ deadlineMs: config.SHUTDOWN_DEADLINE_MS })
      access.close()
    },
    async release() {
      if (!given) await system.close()
    },
  }
}
