import type { ArtifactStore, Authenticate, JobQueue } from '@motadata/core'
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { MLSystem } from '../ml-system.js'
import { registryRoutes } from './registry-routes.js'
import './route-declaration.js'
import type { TrainingPreset } from './training-preset.js'
import { trainingRoutes } from './training-routes.js'
import { versionDocumentRoutes } from './version-document-routes.js'

export interface ModelRoutesOptions {
  readonly authenticate: Authenticate<FastifyRequest>
  readonly system: MLSystem
  /** Where training jobs go; `workOnTrainingJobs` of `./jobs` works on them. */
  readonly jobs: JobQueue
  /** Where rows are kept until their job has read them. */
  readonly artifacts: ArtifactStore
  /** Use cases by name. */
  readonly presets?: ReadonlyMap<string, TrainingPreset>
  /** The largest body of a training request; default 64 MiB. */
  readonly uploadLimitBytes?: number
}

const defaultUploadLimitBytes = 64 * 1024 * 1024

/**
 * The routes of model life: `/v1/models` with versions and aliases, and `/v1/training-jobs`. The caller is asked for before anything
 * of the body is read; failures are thrown as MLErrors for the host to answer.
 *
 * @example
 * await server.register(modelRoutes, { authenticate, system, jobs: platform.jobs, artifacts: platform.artifacts })
 */
export const modelRoutes: FastifyPluginAsync<ModelRoutesOptions> = (server: FastifyInstance, options: ModelRoutesOptions): Promise<void> => {
  const { authenticate, system, jobs, artifacts, presets = new Map(), uploadLimitBytes = defaultUploadLimitBytes } = options
  server.addHook('onRequest', async (request) => void (await authenticate(request)))
  registryRoutes(server, { authenticate, system })
  versionDocumentRoutes(server, { authenticate, system })
  trainingRoutes(server, { authenticate, jobs, artifacts, presets, uploadLimitBytes })
  return Promise.resolve()
}
