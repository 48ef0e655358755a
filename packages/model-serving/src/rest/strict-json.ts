import { isUtf8 } from 'node:buffer'
import AjvCompiler from '@fastify/ajv-compiler'
import type { FastifyInstance, FastifyPluginAsync, FastifySchemaCompiler } from 'fastify'
import { ServerError } from '@motadata/core'
import { validateWhenAsked, type Validator } from '../server/compile-when-asked.js'
import { findJsonFault } from './json-fault.js'

/**
 * Makes a Fastify server read JSON bodies strictly, for the whole of it.
 *
 * A body must be UTF-8, must be JSON, and may not name anything `__proto__`; it is taken as it is: a number where the schema wants text
 * is an error, never converted. Path and query parameters, which are always text, are converted to what their schema says.
 * What is wrong is answered by {@link problemDetails}, with its place.
 *
 * @example
 * await server.register(strictJson)
 */
export const strictJson: FastifyPluginAsync = async (server: FastifyInstance): Promise<void> => {
  server.removeContentTypeParser(['application/json', 'text/plain'])
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    let value: unknown
    try {
      value = parseStrictJson(body as Buffer)
    } catch (error) {
      done(error as Error)
      return
    }
    done(null, value)
  })
  server.setValidatorCompiler(strictValidatorCompiler())
}
// Fastify's mark of a plugin that acts on the server that registers it, not on a child of it.
Object.assign(strictJson, { [Symbol.for('skip-override')]: true })

/**
 * The value of a JSON body.
 *
 * @throws ServerError `ENCODING_INVALID` or `REQUEST_INVALID`, with line and column
 */
export function parseStrictJson(body: Buffer): unknown {
  if (body.length === 0) throw invalid('a JSON value', 'an empty body', 'Expected a JSON value in the request body, got an empty body.')
  if (!isUtf8(body)) {
    throw new ServerError('ENCODING_INVALID', 'Expected the request body to be UTF-8, got bytes that are not. Encode the body as UTF-8.', {
      details: { field: 'body', expected: 'UTF-8', received: 'other bytes' },
    })
  }
  const text = body.toString('utf8', startsWithByteOrderMark(body) ? 3 : 0)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    const fault = findJsonFault(text)
    if (!fault) throw invalid('JSON', 'something else', 'Expected the request body to be JSON.')
    throw invalid(
      `${fault.expected} at line ${fault.line}, column ${fault.column}`,
      fault.received,
      `Expected the request body to be JSON: at line ${fault.line}, column ${fault.column} ${fault.expected} must come, got ${fault.received}.`,
    )
  }
  if (isSuspicious(text)) refusePrototypeKeys(value)
  return value
}

/** Whether a name may be `__proto__`, as it is or with escaped letters: two searches for plain text, which cost less than an expression. */
function isSuspicious(text: string): boolean {
  return text.includes('__proto__') || text.includes('\\u00')
}

function startsWithByteOrderMark(body: Buffer): boolean {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf
}

function refusePrototypeKeys(value: unknown): void {
  const pending: { readonly node: unknown; readonly path: string }[] = [{ node: value, path: '' }]
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (next.node === null || typeof next.node !== 'object') continue
    for (const key of Object.keys(next.node)) {
      const path = `${next.path}/${key}`
      if (key === '__proto__') {
        throw invalid('a name other than __proto__', '"__proto__"', `Expected no property named __proto__, got one at ${path}. Rename it.`, path)
      }
      pending.push({ node: (next.node as Record<string, unknown>)[key], path })
    }
  }
}

function invalid(expected: string, received: string, message: string, field = 'body'): ServerError {
  return new ServerError('REQUEST_INVALID', message, { details: { field, expected, received } })
}

function strictValidatorCompiler(): FastifySchemaCompiler<unknown> {
  const build = AjvCompiler()
  // One error is enough to refuse a request, and collecting all of them lets a large body make millions.
  const common = { removeAdditional: false, useDefaults: true, allErrors: false, allowUnionTypes: true, verbose: true } as const
  const bodies = build({}, { customOptions: { ...common, coerceTypes: false } })
  const parameters = build({}, { customOptions: { ...common, coerceTypes: 'array' } })
  return (route) => validateWhenAsked(() => (route.httpPart === 'body' ? bodies : parameters)({ schema: route.schema as never }) as Validator) as never
}
