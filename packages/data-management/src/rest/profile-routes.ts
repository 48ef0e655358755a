import type { Authenticate } from '@motadata/core'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { DataManager } from '../data-manager.js'
import { type VersionParams, versionParams } from './dataset-schemas.js'
import { problemAnswers } from './problem-answers.js'

const shares = Type.Record(Type.String(), Type.Number())

export const profileAnswer = Type.Object({
  format: Type.String(), rowCount: Type.Integer(),
  columns: Type.Array(Type.Object({
    name: Type.String(), kind: Type.String(), missingCount: Type.Integer(), distinctCount: Type.Integer({ description: 'About' }),
    frequent: Type.Array(Type.Object({ value: Type.Unsafe<string | number | boolean>({ type: ['string', 'number', 'boolean'] }), count: Type.Integer() }), { description: 'The most frequent values; none that holds personal data' }),
    numbers: Type.Optional(Type.Object({ minimum: Type.Number(), maximum: Type.Number(), mean: Type.Number(), standardDeviation: Type.Number(), quantiles: shares })),
    texts: Type.Optional(Type.Object({ shortest: Type.Integer(), longest: Type.Integer(), meanLength: Type.Number(), languages: shares, personalData: shares, sampled: Type.Integer() })),
    trueShare: Type.Optional(Type.Number()),
  })),
  correlations: Type.Array(Type.Object({ columns: Type.Array(Type.String()), value: Type.Number() })),
}, { title: 'DatasetProfile' })

/** What a version is like. */
export function profileRoutes(server: FastifyInstance, { authenticate, datasets }: { readonly authenticate: Authenticate<FastifyRequest>; readonly datasets: DataManager }): void {
  server.get<{ Params: VersionParams }>('/v1/datasets/:name/versions/:version/profile', {
    config: { access: 'trainer' },
    schema: {
      tags: ['datasets'], operationId: 'profileDataset', summary: 'What a version is like: missing and different values, quantiles, languages, personal data, correlations', params: versionParams,
      response: { 200: profileAnswer, ...problemAnswers(404) },
    },
  }, async (request) => datasets.profileData(await authenticate(request), request.params) as never)
}
