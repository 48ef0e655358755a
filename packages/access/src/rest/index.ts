export { accessRoutes, type AccessRoutesOptions } from './access-routes.js'
export { createAuthenticate, type RequestHead } from './create-authenticate.js'
