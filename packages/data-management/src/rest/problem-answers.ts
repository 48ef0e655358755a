import { Type } from '@sinclair/typebox'

/**
 * How failures look, for the API's description. Whoever hosts the routes writes them, so nothing is required here and nothing is cut
 * away.
 */
const problem = Type.Object(
  {
    type: Type.Optional(Type.String()),
    title: Type.Optional(Type.String()),
    status: Type.Optional(Type.Integer()),
    detail: Type.Optional(Type.String()),
    code: Type.Optional(Type.String({ description: 'What programs recognise the problem by' })),
    requestId: Type.Optional(Type.String()),
  },
  { additionalProperties: true, title: 'Problem', description: 'Problem details, RFC 9457' },
)

const descriptions = {
  400: 'A value has the wrong type, shape or range',
  401: 'No API key, or one that is not known, expired or revoked',
  403: 'The role does not suffice',
  404: 'There is no such dataset, feature or version, or it is not yours',
  409: 'Something else that is there stands against it: other columns, a view that relies on it',
  410: 'The dataset is archived',
  413: 'The body exceeds the limit',
  415: 'The body is of a type that this route does not take',
} as const

type Status = keyof typeof descriptions

/** The failures that a route can answer with; 400, 401 and 403 always are among them. */
export function problemAnswers(...statuses: readonly Exclude<Status, 400 | 401 | 403>[]): Record<number, object> {
  const all: readonly Status[] = [400, 401, 403, ...statuses]
  return Object.fromEntries(
    all.map((status) => [status, { description: descriptions[status], content: { 'application/problem+json': { schema: problem } } }]),
  )
}
