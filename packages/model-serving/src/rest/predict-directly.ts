import type { FastifyRequest } from 'fastify'
import { type Authenticate, entityKeyField, type Instance, parseModelReference, type RouteAccess } from '@motadata/core'
import type { RealtimePredictor } from '../realtime-predictor.js'
import type { DirectRoute } from '../server/direct-routes.js'
import { parseStrictJson } from './strict-json.js'

/** What finding out a caller needs of a request; a FastifyRequest has it. */
export type RequestHead = Pick<FastifyRequest, 'raw' | 'id' | 'headers' | 'routeOptions'>

const before = '/v1/models/'
const after = '/predict'
const longestEntityKey = 256

/** `POST /v1/models/{name}/predict` for a caller who is known and a model that is in memory; see {@link DirectRoute}. */
export function predictDirectly({ authenticate, predictor }: { readonly authenticate: Authenticate<RequestHead>; readonly predictor: RealtimePredictor }): DirectRoute {
  const method = 'POST'
  const url = '/v1/models/:model/predict'
  const access: RouteAccess = 'predictor'
  const routeOptions = { method, url, config: { access } } as unknown as RequestHead['routeOptions']
  return {
    method,
    url,
    match(path) {
      if (!path.startsWith(before) || !path.endsWith(after)) return undefined
      const model = path.slice(before.length, -after.length)
      return /[/?%;]/.test(model) ? undefined : model
    },
    answer({ raw, id, headers, body }, model) {
      const context = authenticate({ raw, id, headers, routeOptions })
      if (context instanceof Promise) {
        context.catch(() => undefined) // the framework awaits the same promise
        return undefined
      }
      try {
        const instances = instancesOf(parseStrictJson(body))
        const batch = instances && predictor.predictAtOnce(context, parseModelReference(model), instances)
        return batch && JSON.stringify(batch)
      } catch {
        return undefined // the framework's way fails alike, and says how
      }
    },
  }
}

/** The instances of a body that fits the schema of predictions; undefined of one that does not. */
export function instancesOf(body: unknown): readonly Instance[] | undefined {
  if (!isRecord(body)) return undefined
  const { instances } = body
  for (const name in body) if (name !== 'instances') return undefined
  if (!Array.isArray(instances)) return undefined
  return instances.every(isInstance) ? instances : undefined
}

function isInstance(value: unknown): value is Instance {
  if (!isRecord(value)) return false
  for (const name in value) {
    const cell = value[name]
    if (typeof cell === 'object' ? cell !== null : cell === Infinity || cell === -Infinity) return false
    if (name === entityKeyField && (typeof cell !== 'string' || cell.length > longestEntityKey)) return false
  }
  return true
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
