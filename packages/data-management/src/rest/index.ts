export { datasetRoutes, type DatasetRoutesOptions } from './dataset-routes.js'
export { featureRoutes, type FeatureRoutesOptions } from './feature-routes.js'
export { privacyRoutes, type PrivacyRoutesOptions } from './privacy-routes.js'
export { pipelineRoutes, type PipelineRoutesOptions } from './pipeline-routes.js'
