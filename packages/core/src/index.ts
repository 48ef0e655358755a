export { errorCodes, type ErrorCode } from './errors/error-code.js'
export { MLError, isMLError, type MLErrorOptions } from './errors/ml-error.js'
export { describeProblems } from './errors/problem-answers.js'
export {
  AccessError, DataLoadError, DataManagementError, DataProcessingError, FeatureStoreError, InferenceError, MLFrameworkError, ModelLoadError,
  ModelNotFoundError, ModelServingError, PlatformError, PredictionError, ServerError, TrainingError,
} from './errors/families.js'
export { parseTenantId, type TenantId } from './domain/tenant.js'
export { roleSuffices, roles, type Role, type RouteAccess, type TenantRole } from './domain/role.js'
export { parseErasureSubject, type ErasureSubject, type PersonSubject } from './domain/erasure-subject.js'
export { gzipNames } from './domain/gzip-names.js'
export { createSubjectMatcher, type SubjectMatcher } from './domain/subject-matcher.js'
export { platformContext, throwIfEnded, type Principal, type RequestContext } from './domain/request-context.js'
export { decodePageToken, encodePageToken, pageLimit, type PageRequest } from './domain/page.js'
export { decodeKeyPart, tenantKey } from './tenant-key.js'
export { createRandom, type Random } from './random.js'
export { secureTenantTable } from './tenant-table.js'
export { fingerprintDataset, sha256 } from './fingerprint.js'
export {
  cellAt, columnKinds, columnLength, selectColumnRows,
  type BooleanColumn, type CategoryColumn, type CellValue, type Column, type ColumnKind, type InstantColumn, type NumberColumn, type TextColumn,
} from './dataset/column.js'
export { createDataset, getColumn, selectColumns, selectRows, toRecords, type Dataset } from './dataset/dataset.js'
export { buildColumn, inferColumnKind, parseInstant, parseNumber } from './dataset/infer-column.js'
export { fromColumns, fromRecords, type ColumnKinds, type DataRecord } from './dataset/from-records.js'
export { isDataset, isTableLike, toColumnArrays, toDataset, type DatasetInput, type TableLike } from './dataset/table.js'
export {
  championAlias, formatModelReference, parseAlias, parseModelName, parseModelReference, type ModelReference,
} from './domain/model-reference.js'
export {
  entityKeyField, type ClassPrediction, type Contribution, type Explanation, type ExplanationOptions, type Instance, type NumberPrediction, type Prediction,
  type PredictionBatch, type PredictionWarning,
} from './domain/prediction.js'
export { decodePredictionId, encodePredictionId, predictionKeyId, type PredictionIdentityClaims } from './domain/prediction-id.js'
export type {
  Entity, FeatureColumn, FeatureDefinition, FeatureService, FeatureSource, FeatureStatus, FeatureViewDefinition, OnDemandFeature, RegisteredFeatureView,
} from './domain/feature-view.js'
export type { Job, JobProgress, JobState } from './domain/job.js'
export type { ColumnProfile, DatasetProfile, FrequentValue, NumberProfile, TextProfile } from './domain/dataset-profile.js'
export type { ValidationReport, ValidationResult, ValidationSeverity } from './domain/validation-report.js'
export {
  modelCardFormat, type CardCalibration, type CardCandidate, type CardConformal, type CardData, type CardEstimator, type CardImportance, type CardInterval,
  type CardLeakage, type CardMetric, type CardModel, type CardPromise, type CardQuality, type CardSlice, type CardSlices, type CardSplit, type ModelCard,
} from './domain/model-card.js'
export type { ModelSignature, ModelVersion, RegisteredModel } from './domain/model-version.js'
export type { ColumnOptions } from './domain/column-options.js'
export {
  modelTypes, type ClassificationMetrics, type ClassMetrics, type ModelType, type QualityMetrics, type RegressionMetrics, type TestSplit, type TrainingBudget,
  type TrainingProgress, type TrainingReport, type TrainingSpec,
} from './domain/training-spec.js'
export type { ArtifactReference, ArtifactStore } from './ports/artifact-store.js'
export type { Cache } from './ports/cache.js'
export type { Change, ChangeSignal } from './ports/change-signal.js'
export type { Clock } from './ports/clock.js'
export type { Database, MigrationDatabase, SchemaMigrations, SnapshotView } from './ports/database.js'
export type { IdSource } from './ports/id-source.js'
export type { JobContent, JobFilter, JobQueue, JobRequest, RunningJob, WorkOptions, JobSchedule, ScheduleRequest } from './ports/job-queue.js'
export type { KeyPurpose, KeyRing, SecretKey } from './ports/key-ring.js'
export type { Logger } from './ports/logger.js'
export type { OnlineStore, OnlineValue, OnlineWrite, OnlineWriteOptions } from './ports/online-store.js'
export type { Platform } from './ports/platform.js'
export type { RateLimit, RateLimitDecision, RateLimiter } from './ports/rate-limiter.js'
export type { ArtifactOwner } from './services/artifact-owner.js'
export type { Authenticate } from './services/authenticate.js'
export type { BadRow, DatasetReader, DatasetSource, LoadedDataset } from './services/dataset-reader.js'
export type { FeatureReader, FeatureSelection, HistoricalFeatureRequest, OnlineFeatureRequest } from './services/feature-reader.js'
export type { FeatureRegistrar } from './services/feature-registrar.js'
export type { Erasable, ErasureEffect, ErasureFinding } from './services/erasable.js'
export type { InferenceService } from './services/inference-service.js'
export type { ModelCatalog, ModelPage } from './services/model-catalog.js'
export type { TrainingOptions, TrainingService } from './services/training-service.js'
export {
  addressSetting, choiceSetting, describeSettings, flagSetting, listSetting, readSettings, textSetting, wholeNumberSetting,
  type Setting, type Settings, type SettingValues,
} from './settings.js'
