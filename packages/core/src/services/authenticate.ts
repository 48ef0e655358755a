import type { RequestContext } from '../domain/request-context.js'

/**
 * Who calls? A package's routes get this from whoever hosts them; `access` offers one. It reads the role that the route asks for
 * from the route's configuration, and may be called more than once for a request: the answer is the same.
 *
 * Throws MLError `UNAUTHENTICATED`, `PERMISSION_DENIED`.
 */
export type Authenticate<Request> = (request: Request) => Promise<RequestContext>
