import { describeProblems } from '@motadata/core'

/** The failures that a route can answer with; 401 and 403 always are among them. */
export const problemAnswers = describeProblems({
  400: 'A value has the wrong type, shape or range',
  401: 'No API key, or one that is not known, expired or revoked',
  403: 'The role does not suffice, or the tenant is suspended',
  404: 'There is no such thing, or it is not yours',
  409: 'There is one with this id already',
}, [401, 403])
