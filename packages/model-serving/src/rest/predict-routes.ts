import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import { type Authenticate, type Instance, parseModelName, parseModelReference, type RequestContext } from '@motadata/core'
import type { RealtimePredictor } from '../realtime-predictor.js'
import './route-declarations.js'
import { predictDirectly, type RequestHead } from './predict-directly.js'
import { explainRoutes } from './explain-routes.js'
import { modelParams, type ModelParams, predictAnswer, predictBody, type PredictBody, versionParams, type VersionParams } from './predict-schemas.js'

export interface PredictRoutesOptions {
  readonly authenticate: Authenticate<FastifyRequest>
  readonly predictor: RealtimePredictor
  /**
   * The same as `authenticate`, from less. With it a {@link ModelServer} answers most predictions before Fastify sees them, in half the time:
   * hooks of other plugins don't run for those.
   */
  readonly authenticateDirectly?: Authenticate<RequestHead>
}

const caller = Symbol('caller')

interface AuthenticatedRequest {
  [caller]: RequestContext
}

/**
 * Predictions over HTTP: `POST /v1/models/{name}/predict`, `POST /v1/models/{name}@{alias}/predict` and
 * `POST /v1/models/{name}/versions/{version}/predict`, and the same with `explain` in place of `predict`.
 *
 * The caller is asked for before the body is read. Failures are thrown; {@link problemDetails} answers them.
 *
 * @example
 * await server.register(predictRoutes, { authenticate, predictor })
 */
export const predictRoutes: FastifyPluginAsync<PredictRoutesOptions> = async (server: FastifyInstance, { authenticate, predictor, authenticateDirectly }): Promise<void> => {
  if (authenticateDirectly && server.hasDecorator('directRoutes')) server.directRoutes.add(predictDirectly({ authenticate: authenticateDirectly, predictor }))
  server.decorateRequest(caller, null)
  server.addHook('onRequest', (request, _reply, done) => {
    const authenticated = request as unknown as AuthenticatedRequest
    const context = authenticate(request)
    if (context instanceof Promise) {
      context.then((known) => {
        authenticated[caller] = known
        done()
      }, done)
    } else {
      authenticated[caller] = context
      done()
    }
  })
  const callerOf = (request: FastifyRequest): RequestContext => (request as unknown as AuthenticatedRequest)[caller]
  const common = { tags: ['predictions'], body: predictBody, response: { 200: predictAnswer } }
  // the answer is made here and has its schema's form: to write it by the schema takes a third longer than to write it as it is
  const serializerCompiler = () => JSON.stringify

  server.post<{ Params: ModelParams; Body: PredictBody }>(
    '/v1/models/:model/predict',
    {
      config: { access: 'predictor' },
      serializerCompiler,
      schema: {
        ...common,
        operationId: 'predict',
        summary: 'Predict with the champion or another alias of a model',
        params: modelParams,
      },
    },
    (request) => predictor.predict(callerOf(request), parseModelReference(request.params.model), request.body.instances as unknown as Instance[]),
  )

  server.post<{ Params: VersionParams; Body: PredictBody }>(
    '/v1/models/:name/versions/:version/predict',
    {
      config: { access: 'predictor' },
      serializerCompiler,
      schema: { ...common, operationId: 'predictWithVersion', summary: 'Predict with one version of a model', params: versionParams },
    },
    (request) => {
      const model = { name: parseModelName(request.params.name), version: request.params.version }
      return predictor.predict(callerOf(request), model, request.body.instances as unknown as Instance[])
    },
  )

  explainRoutes(server, { callerOf, predictor, serializerCompiler })
}
