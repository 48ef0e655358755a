import { AccessError } from '@motadata/core'

/** What exactly is wrong with a token is for the log: whoever may be guessing learns nothing. */
export function tokenRefused(): AccessError {
  return new AccessError('UNAUTHENTICATED', 'Expected a token that is accepted here and in force, got another. Get a new one from your identity provider.')
}

/** The token is good and says nothing that is a role here. */
export function tokenWithoutRole(): AccessError {
  return new AccessError('PERMISSION_DENIED', 'Expected a token with a role that is known here, got one without. Ask an admin for a role.')
}

export function issuerUnavailable(retryAfterMs: number): AccessError {
  const message = 'Expected the keys of the issuer of this token, but it does not give them now. Ask again in a moment, or use an API key.'
  return new AccessError('ISSUER_UNAVAILABLE', message, { details: { retryAfterMs } })
}
