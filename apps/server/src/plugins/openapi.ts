import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { RouteAccess } from '@motadata/core'
import { problemMediaType, problemSchema } from '@motadata/model-serving/rest'
import type { FastifyInstance } from 'fastify'

interface Answer {
  description?: string
  content?: Record<string, object>
}

interface Operation {
  summary?: string
  responses?: Record<string, Answer>
}

interface Described {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

const problemContent = { [problemMediaType]: { schema: { $ref: '#/components/schemas/Problem' } } }
const anyProblem: Answer = { description: 'Any other failure: what was expected, what came, what to do (RFC 9457)', content: problemContent }

const tags = [
  { name: 'predictions', description: 'Ask a model' },
  { name: 'models', description: 'Models, their versions, and which version answers' },
  { name: 'training', description: 'Train a model on rows' },
  { name: 'datasets', description: 'Rows that are kept: their versions, what is expected of them, what they are like' },
  { name: 'features', description: 'What is known of an entity at a time: for training as it was then, for predictions as it is now' },
  { name: 'feast', description: "The same as Feast's feature server has it" },
  { name: 'data-pipelines', description: 'Steps from datasets to datasets, run when asked or by the clock' },
  { name: 'privacy', description: 'Personal data: taken out of texts, and erased' },
  { name: 'jobs', description: 'Work that outlives its request' },
  { name: 'me', description: 'As whom the caller is known' },
  { name: 'api-keys', description: 'The keys of a tenant, for its admins' },
  { name: 'tokens', description: 'An end to tokens of the identity provider, where there is one' },
  { name: 'audit', description: 'Who made, changed and ended keys, for the admins of a tenant' },
  { name: 'tenants', description: 'The customers of the platform, for its operators' },
  { name: 'operator-keys', description: 'The keys of the operators themselves' },
  { name: 'health', description: 'Whether the server runs, can answer, and how it does' },
]

const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: 'An API key, or a token of the identity provider where there is one, as Authorization: Bearer <key>' },
  apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'The same key in a header of its own' },
} as const

/** Gathers the schemas of every route registered after it; to be registered on the server itself, before them. */
export async function describeRoutes(server: FastifyInstance, version: string): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Motadata ML',
        version,
        description: 'Machine-learning components for ITSM: train per tenant, register, serve.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags,
      components: { securitySchemes, schemas: { Problem: problemSchema as never } },
    },
    transform: ({ schema, url, route }) => ({ url, schema: { ...schema, ...requirement(route.config?.access) } }),
    transformObject: (document) => {
      const described = ('openapiObject' in document ? document.openapiObject : document.swaggerObject) as Described
      for (const path of Object.values(described.paths ?? {})) {
        for (const operation of Object.values(path)) describeAnswers(operation)
      }
      return described as never
    },
  })
}

/** Either way of sending the key will do; the role is in the description, for people, and in the requirement, for programs. */
function requirement(access: RouteAccess | undefined): { description?: string; security?: Record<string, string[]>[] } {
  if (access === undefined || access === 'public') return {}
  const least = access === 'operator' ? 'the key of an operator' : `a key of the role ${access}${access === 'admin' ? '' : ' or one above it'}`
  return { description: `Needs ${least}.`, security: [{ bearer: [access] }, { apiKey: [access] }] }
}

/** Failures look the same everywhere, whatever their route said of them, and a success is named by what was done. */
function describeAnswers(operation: Operation): void {
  const answers = Object.entries(operation.responses ?? {}).map(([status, answer]): [string, Answer] => {
    if (answer.content && problemMediaType in answer.content) return [status, { ...answer, content: problemContent }]
    return [status, answer.description === 'Default Response' ? { ...answer, description: operation.summary ?? 'Done' } : answer]
  })
  operation.responses = { ...Object.fromEntries(answers), default: anyProblem }
}

/** All that the pages of the documentation may load: our own files, and pictures and fonts that are in them. */
const contentSecurityPolicy = [
  "default-src 'self'", "base-uri 'self'", "font-src 'self' data:", "frame-ancestors 'self'", "img-src 'self' data:", "object-src 'none'",
  "script-src 'self'", "script-src-attr 'none'", "style-src 'self'",
].join('; ')

const logo = `<svg xmlns="http://www.w3.org/2000/svg" width="220" height="40">
  <text x="0" y="28" font-family="sans-serif" font-size="24" font-weight="600" fill="#fff">Motadata ML</text>
</svg>`

/** `GET /openapi.json`, and `GET /docs` to read and try it, which loads nothing from elsewhere. */
export async function serveDocumentation(server: FastifyInstance): Promise<void> {
  await server.register(async (scope) => {
    // the pages of @fastify/swagger-ui do not say who may call them
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'public' }
    })
    scope.get('/openapi.json', { schema: { hide: true } as never }, async () => server.swagger())
    await scope.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: contentSecurityPolicy,
      theme: { title: 'Motadata ML' },
      logo: { type: 'image/svg+xml', content: logo },
      uiConfig: { persistAuthorization: false, validatorUrl: null } as never,
    })
  })
}
