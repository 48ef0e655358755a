export { datasetRoutes, type DatasetRoutesOptions } from './dataset-routes.js'
