export { DataLoader, type DataLoaderOptions, type LoadOptions, type LoadProgress } from './data-loader.js'
export { defaultLoadLimits, type LoadLimits } from './sources/load-limits.js'
export { columnKindsOf } from './arquero/column-kinds-of.js'
export { fromArquero } from './arquero/from-arquero.js'
export { toArquero } from './arquero/to-arquero.js'
export {
  DataManager, type DataManagerOptions, type Ingested, type IngestProgress, type IngestRequest, type IngestSource, type ReadOptions,
} from './data-manager.js'
export type { DatasetOrigin, DatasetReference, DatasetVersion, RegisteredDataset } from './catalogue/dataset-version.js'
export type { DatasetColumn } from './parts/dataset-manifest.js'
export type { SchemaChange } from './parts/evolve-columns.js'
export { DataValidator, type ValidateOptions } from './data-validator.js'
export type { Bound, Comparison, DistributionReference, Expectation, ExpectationKind } from './expectations/expectation.js'
export { referenceOf } from './expectations/distribution.js'
