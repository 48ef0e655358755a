import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { problemSchema } from '@motadata/model-serving/rest'
import type { FastifyInstance } from 'fastify'

const problemAnswer = { description: 'What was expected, what came, and what to do (RFC 9457)', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } }

/** Gathers the schemas of every route registered after it; to be registered on the server itself, before them. */
export async function describeRoutes(server: FastifyInstance, version: string): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Motadata ML', version, description: 'Machine-learning components for ITSM: train per tenant, serve, watch.', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
      components: {
        securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'An API key of the tenant' } },
        schemas: { Problem: problemSchema as never },
      },
    },
    transformObject: (document) => {
      const described = 'openapiObject' in document ? document.openapiObject : document.swaggerObject
      for (const path of Object.values((described as { paths?: Record<string, Record<string, { responses?: Record<string, unknown> }>> }).paths ?? {})) {
        for (const operation of Object.values(path)) operation.responses = { ...operation.responses, default: problemAnswer }
      }
      return described as never
    },
    transform: ({ schema, url, route }) => {
      const access = route.config?.access
      return { url, schema: { ...schema, ...(access === 'public' ? {} : { security: [{ apiKey: [] }] }) } }
    },
  })
}

/** `GET /openapi.json`, and `GET /docs` to read and try it, which loads nothing from elsewhere. */
export async function serveDocumentation(server: FastifyInstance): Promise<void> {
  await server.register(async (scope) => {
    // the pages of @fastify/swagger-ui do not say who may call them
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'public' }
    })
    scope.get('/openapi.json', { schema: { hide: true } as never }, async () => server.swagger())
    await scope.register(swaggerUi, { routePrefix: '/docs', staticCSP: true, uiConfig: { persistAuthorization: false, validatorUrl: null } as never })
  })
}
