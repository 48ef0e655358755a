import { gunzipSync } from 'node:zlib'
import {
  type ArtifactStore, type Authenticate, type DatasetReader, fromRecords, type Instance, isMLError, MLError, parseTenantId,
  platformContext, type Role, roleSuffices,
} from '@motadata/core'
import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify'

/** Reads tenant and role from headers, and asks the route what it needs: what a host does by credentials. */
export const authenticate: Authenticate<FastifyRequest> = (request) => {
  const { 'x-tenant': tenant, 'x-role': role } = request.headers
  if (typeof tenant !== 'string' || typeof role !== 'string') return Promise.reject(new MLError('UNAUTHENTICATED', 'Expected a tenant and a role, got none.'))
  const access = request.routeOptions.config.access
  if (access === undefined || (access !== 'public' && !roleSuffices(role as Role, access))) {
    return Promise.reject(new MLError('PERMISSION_DENIED', `Expected the role ${access}, got ${role}.`))
  }
  const context = platformContext(parseTenantId(tenant), request.id)
  return Promise.resolve({ ...context, principal: { kind: 'api-key', id: 'key-1', role: role as Role } })
}

const statusOf: Readonly<Record<string, number>> = { UNAUTHENTICATED: 401, PERMISSION_DENIED: 403, MODEL_NOT_FOUND: 404, MODEL_VERSION_NOT_FOUND: 404, MODEL_ARCHIVED: 409, REQUEST_TOO_LARGE: 413, MEDIA_TYPE_UNSUPPORTED: 415 }

/** A server that answers coded errors with their code, and anything else with 500. */
export function makeHost(): FastifyInstance {
  const server = fastify({ logger: false, ajv: { customOptions: { allowUnionTypes: true } }, routerOptions: { maxParamLength: 300 } })
  server.setErrorHandler((error: Error & { statusCode?: number; validation?: unknown }, _request, reply) => {
    if (isMLError(error)) return reply.code(statusOf[error.code] ?? 400).send({ code: error.code, detail: error.message, ...error.details })
    return reply.code(error.statusCode ?? 500).send({ code: error.validation ? 'REQUEST_INVALID' : 'INTERNAL', detail: error.message })
  })
  return server
}

/** Reads NDJSON: as much of a reader as the tests of jobs need. */
export function makeReader(artifacts: ArtifactStore): DatasetReader {
  return {
    async read(context, source, options) {
      const stored = Buffer.from(await artifacts.get(context.tenantId, source.artifactSha256))
      const text = (source.compression === 'gzip' ? gunzipSync(stored) : stored).toString()
      const lines = text.split('\n').filter((line) => line !== '')
      const rows = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Instance)
      return { dataset: fromRecords(rows, options?.columnKinds), badRowCount: lines.length - rows.length, badRows: [] }
    },
  }
}
