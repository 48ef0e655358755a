import type { Authenticate } from '@motadata/core'
import type { DataManager } from '@motadata/data-management'
import { Type } from '@sinclair/typebox'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'

export interface ProfilePageOptions {
  readonly authenticate: Authenticate<FastifyRequest>
  readonly datasets: DataManager
}

const profileParams = Type.Object({
  name: Type.String({ description: "A dataset's name", examples: ['tickets'] }),
  version: Type.Integer({ minimum: 1, maximum: 999_999_999 }),
})

/** `GET …/profile.html`: what a version of a dataset is like, as a page with pictures; its numbers are at `…/profile`. */
export const profilePage: FastifyPluginAsync<ProfilePageOptions> = async (server, { authenticate, datasets }) => {
  server.addHook('onRequest', async (request) => void (await authenticate(request)))
  server.get<{ Params: { name: string; version: number } }>('/v1/datasets/:name/versions/:version/profile.html', {
    config: { access: 'trainer' },
    schema: {
      tags: ['datasets'], operationId: 'getProfilePage', summary: 'What a version is like, as a page with pictures', params: profileParams, produces: ['text/html'],
      response: { 200: Type.String() },
    },
  }, async (request, reply) => {
    const { name, version } = request.params
    const profile = await datasets.profileData(await authenticate(request), { name, version })
    const { profileReport, renderHtml } = await import('@motadata/reports') // a charting library: only who looks at pictures loads it
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'")
      .serializer((page: string) => page)
    return renderHtml(profileReport(`${name}, version ${version}`, profile))
  })
}
