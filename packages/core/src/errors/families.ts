import { MLError } from './ml-error.js'

/** Errors of model life: training, prediction, loading. */
export class MLFrameworkError extends MLError {}
export class TrainingError extends MLFrameworkError {}
export class PredictionError extends MLFrameworkError {}
export class ModelLoadError extends MLFrameworkError {}
export class ModelNotFoundError extends MLFrameworkError {}
export class DataProcessingError extends MLFrameworkError {}

/** Errors of data: loading and reading datasets. */
export class DataManagementError extends MLError {}
export class DataLoadError extends DataManagementError {}
export class FeatureStoreError extends DataManagementError {}

/** Errors of serving: requests and the server itself. */
export class ModelServingError extends MLError {}
export class InferenceError extends ModelServingError {}
export class ServerError extends ModelServingError {}

/** Errors of access: credentials, roles, tenants. */
export class AccessError extends MLError {}

/** Errors of the outside world: databases, files, queues. */
export class PlatformError extends MLError {}
