import { type ExplanationOptions, type Instance, parseModelName, parseModelReference, type RequestContext } from '@motadata/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { RealtimePredictor } from '../realtime-predictor.js'
import {
  explainAnswer, explainBody, type ExplainBody, modelParams, type ModelParams, versionParams, type VersionParams,
} from './predict-schemas.js'
import './route-declarations.js'

export interface ExplainRoutesOptions {
  readonly callerOf: (request: FastifyRequest) => RequestContext
  readonly predictor: RealtimePredictor
  readonly serializerCompiler: () => typeof JSON.stringify
}

/** `POST …/explain` beside `…/predict`: predictions with what every word and field added to their scores. */
export function explainRoutes(server: FastifyInstance, { callerOf, predictor, serializerCompiler }: ExplainRoutesOptions): void {
  const common = { tags: ['predictions'], body: explainBody, response: { 200: explainAnswer } }

  server.post<{ Params: ModelParams; Body: ExplainBody }>(
    '/v1/models/:model/explain',
    {
      config: { access: 'predictor' },
      serializerCompiler,
      schema: { ...common, operationId: 'explain', summary: 'Predict with a model and say why: signed contributions that sum to the score', params: modelParams },
    },
    (request) => predictor.explain(callerOf(request), parseModelReference(request.params.model), instancesOf(request.body), optionsOf(request.body)),
  )

  server.post<{ Params: VersionParams; Body: ExplainBody }>(
    '/v1/models/:name/versions/:version/explain',
    {
      config: { access: 'predictor' },
      serializerCompiler,
      schema: { ...common, operationId: 'explainWithVersion', summary: 'Predict with one version of a model and say why', params: versionParams },
    },
    (request) => {
      const model = { name: parseModelName(request.params.name), version: request.params.version }
      return predictor.explain(callerOf(request), model, instancesOf(request.body), optionsOf(request.body))
    },
  )
}

const instancesOf = (body: ExplainBody): Instance[] => body.instances as unknown as Instance[]

const optionsOf = ({ label, termCount }: ExplainBody): ExplanationOptions => ({
  ...(label === undefined ? {} : { label }), ...(termCount === undefined ? {} : { termCount }),
})
