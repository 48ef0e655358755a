import { accessRoutes } from '@motadata/access/rest'
import { datasetRoutes, featureRoutes, pipelineRoutes, privacyRoutes } from '@motadata/data-management/rest'
import { modelRoutes } from '@motadata/ml-framework/rest'
import { predictRoutes } from '@motadata/model-serving/rest'
import { fastify, type FastifyPluginAsync } from 'fastify'
import { health } from '../src/plugins/health.js'
import { jobRoutes } from '../src/plugins/jobs.js'
import { modelCardPage } from '../src/plugins/model-card-page.js'
import { profilePage } from '../src/plugins/profile-page.js'

const plugins = { accessRoutes, datasetRoutes, featureRoutes, pipelineRoutes, privacyRoutes, modelRoutes, predictRoutes, health, jobRoutes, modelCardPage, profilePage }

/** Routes are registered and never asked: what is behind them need not be there. */
const nothing = {}
const options: object = {
  authenticate: () => undefined, presets: new Map(), access: nothing, jobs: nothing, system: nothing, datasets: nothing, features: nothing, pipelines: nothing, predictor: nothing,
  redactor: nothing, erasures: nothing, artifacts: nothing,
}

describe('the schemas of all routes', () => {
  // the server compiles them when a route is asked for the first time: too late to be told
  it.each(Object.entries(plugins) as unknown as [string, FastifyPluginAsync<object>][])('of %s can be compiled', async (_name, plugin) => {
    const server = fastify({ ajv: { customOptions: { allowUnionTypes: true } } })
    await server.register(plugin, options)
    await expect(server.ready()).resolves.toBeDefined()
    await server.close()
  })
})
