import type { RequestContext } from '../domain/request-context.js'

/**
 * Who calls? A package's routes get this from whoever hosts them; `access` offers one. It reads the role that the route asks for
 * from the route's configuration, and may be called more than once for a request: the answer is the same. What it knows already comes
 * without a promise, since it is asked for with every prediction; await it, unless a promise is what you can't afford.
 *
 * Rejects with MLError `UNAUTHENTICATED`, `PERMISSION_DENIED`; it never throws.
 */
export type Authenticate<Request> = (request: Request) => RequestContext | Promise<RequestContext>
