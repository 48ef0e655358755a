export { accessRoutes, type AccessRoutesOptions } from './access-routes.js'
export { createAuthenticate } from './create-authenticate.js'
