import { describeProblems } from '@motadata/core'

/** The failures that a route can answer with; 400, 401 and 403 always are among them. */
export const problemAnswers = describeProblems({
  400: 'A value has the wrong type, shape or range',
  401: 'No API key, or one that is not known, expired or revoked',
  403: 'The role does not suffice',
  404: 'There is no such model or version, or it is not yours',
  409: 'The model is archived, or in a state in which that can not be done',
  413: 'The body exceeds the limit',
  415: 'The body is of a type that this route does not take',
}, [400, 401, 403])
