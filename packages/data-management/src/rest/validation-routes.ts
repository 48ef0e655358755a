import type { Authenticate } from '@motadata/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { DataManager } from '../data-manager.js'
import type { Expectation } from '../expectations/expectation.js'
import { type DatasetParams, datasetParams, expectationsAnswer, validationAnswer, type ValidationBody, validationBody } from './dataset-schemas.js'
import { problemAnswers } from './problem-answers.js'

const tags = ['datasets']

/** What is expected of a dataset: inferred from it, or held against it. */
export function validationRoutes(server: FastifyInstance, { authenticate, datasets }: { readonly authenticate: Authenticate<FastifyRequest>; readonly datasets: DataManager }): void {
  server.post<{ Params: DatasetParams; Body: ValidationBody }>('/v1/datasets/:name/validations', {
    config: { access: 'trainer' },
    schema: {
      tags, operationId: 'validateDataset', summary: 'Hold a version against expectations: all failures at once, by row numbers', params: datasetParams, body: validationBody,
      response: { 200: validationAnswer, ...problemAnswers(404) },
    },
  }, async (request) => {
    const { version, expectations } = request.body
    const reference = { name: request.params.name, ...(version === undefined ? {} : { version }) }
    return datasets.validateData(await authenticate(request), reference, expectations as unknown as Expectation[])
  })

  server.get<{ Params: DatasetParams }>('/v1/datasets/:name/expectations', {
    config: { access: 'trainer' },
    schema: {
      tags, operationId: 'inferExpectations', summary: 'What data like the newest version would be expected to be, to start from', params: datasetParams,
      response: { 200: expectationsAnswer, ...problemAnswers(404) },
    },
  }, async (request) => ({ expectations: await datasets.inferExpectations(await authenticate(request), { name: request.params.name }) }))
}
