export { datasetRoutes, type DatasetRoutesOptions } from './dataset-routes.js'
export { featureRoutes, type FeatureRoutesOptions } from './feature-routes.js'
