export { modelRoutes, type ModelRoutesOptions } from './model-routes.js'
export type { TrainingPreset } from './training-preset.js'
