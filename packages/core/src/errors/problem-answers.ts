/** How failures look, for the API's description. Whoever hosts the routes writes them (RFC 9457 asks for no member), so nothing is required here and nothing is cut away. */
const problem = {
  type: 'object',
  additionalProperties: true,
  title: 'Problem',
  description: 'Problem details, RFC 9457',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', description: 'What programs recognise the problem by' },
    requestId: { type: 'string' },
  },
} as const

/**
 * What a package's routes fail with, as JSON schemas of their answers: a function that picks statuses, to which those are added that every
 * route of the package has.
 *
 * @param descriptions - What each status means in the package.
 * @param always - Statuses of every route.
 * @example
 * const problemAnswers = describeProblems({ 401: 'No API key', 404: 'No such model' }, [401])
 * server.get('/v1/models/:name', { schema: { response: { 200: answer, ...problemAnswers(404) } } }, handler)
 */
export function describeProblems<Status extends number, Always extends Status>(
  descriptions: Readonly<Record<Status, string>>, always: readonly Always[],
): (...statuses: readonly Exclude<Status, Always>[]) => Record<number, object> {
  return (...statuses) => {
    const all: readonly Status[] = [...always, ...statuses]
    return Object.fromEntries(all.map((status) => [status, { description: descriptions[status], content: { 'application/problem+json': { schema: problem } } }]))
  }
}
