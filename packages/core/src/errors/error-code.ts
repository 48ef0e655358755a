/**
 * Every code that an error of this product can carry, and what it says in one line.
 *
 * A code is what programs recognise, and it never changes its meaning; a message is what people read. The transport's table
 * from code to HTTP status is typed by this list, so it does not compile while a code is missing there.
 */
export const errorCodes = {
  // what the caller sent
  INPUT_INVALID: 'A value has the wrong type, shape or range',
  INSTANCES_EMPTY: 'A prediction was asked for no instances',
  INSTANCES_TOO_MANY: 'More instances than one request may carry',
  COLUMN_MISSING: 'A column that the operation needs is not there',
  COLUMN_INVALID: 'A column holds values of another type than declared',
  COLUMN_LENGTH_MISMATCH: 'Columns of one dataset differ in length',
  TENANT_ID_INVALID: 'A tenant id is malformed',
  KEY_PART_INVALID: 'A part of a storage key is empty or not text',
  NAME_INVALID: 'A name of a model, alias or column is malformed',
  PREDICTION_ID_INVALID: 'A prediction id is malformed or was not issued here',
  // who asks
  UNAUTHENTICATED: 'No credential, or one that is not known, expired or revoked',
  PERMISSION_DENIED: 'The credential is good but its role does not suffice',
  TENANT_NOT_FOUND: 'No such tenant',
  TENANT_EXISTS: 'A tenant with this id exists already',
  TENANT_SUSPENDED: 'The tenant is suspended',
  API_KEY_NOT_FOUND: 'No such API key',
  AUDIT_TRAIL_BROKEN: 'An audit trail is not as it was written',
  ISSUER_UNAVAILABLE: 'The issuer of tokens does not give the keys to check them with',
  ROUTE_NOT_FOUND: 'No such route',
  // data
  DATA_MALFORMED: 'A file can not be read as the format it is said to be',
  DATA_EMPTY: 'There are no rows to work with',
  DATA_TOO_LARGE: 'The data exceeds a limit',
  ENCODING_INVALID: 'Text is not valid UTF-8',
  DATASET_NOT_FOUND: 'No such dataset',
  DATASET_VERSION_NOT_FOUND: 'No such version of the dataset',
  DATASET_ARCHIVED: 'The dataset is archived',
  EXPECTATION_INVALID: 'What is expected of data is not declared as documented',
  DATASET_SCHEMA_CHANGED: 'Rows to append have other columns than the dataset',
  // learning
  HYPERPARAMETER_UNKNOWN: 'An estimator has no such hyperparameter',
  HYPERPARAMETER_INVALID: 'A hyperparameter is out of its range',
  ESTIMATOR_UNKNOWN: 'The catalogue has no such estimator',
  MODEL_TYPE_UNKNOWN: 'There is no such model type',
  SHAPE_MISMATCH: 'Arrays do not fit together',
  VALUE_NOT_FINITE: 'A number is NaN or infinite where that is not allowed',
  TARGET_INVALID: 'The target column can not be learned',
  TARGET_ONE_CLASS: 'The target has a single class',
  FEATURES_EMPTY: 'No column is left to learn from',
  TRAINING_BUDGET_TOO_SMALL: 'A training is known to need more than its budget',
  EXPLANATION_UNAVAILABLE: 'A model can not be explained exactly',
  TRAINING_FAILED: 'Training stopped on an error',
  // the life of a model
  MODEL_NOT_FOUND: 'No such model',
  MODEL_VERSION_NOT_FOUND: 'No such version of the model',
  MODEL_ALIAS_NOT_FOUND: 'The model has no version under this alias',
  MODEL_ARCHIVED: 'The model is archived',
  MODEL_NOT_ARCHIVED: 'The model is in use and can not be deleted',
  MODEL_CARD_NOT_FOUND: 'The version was registered without a card',
  VERSIONS_NOT_COMPARABLE: 'Two versions have no rows in common to be compared on',
  MODEL_LOAD_FAILED: 'A model artifact is damaged, hostile or of an unknown format',
  MODEL_TOO_LARGE: 'A model does not fit the memory budget',
  // storage and the outside world
  ARTIFACT_NOT_FOUND: 'No such artifact',
  ARTIFACT_CORRUPT: 'An artifact does not have the hash it is stored under',
  STORAGE_LOCKED: 'Another process holds the data folder',
  STORAGE_UNAVAILABLE: 'A storage engine does not answer',
  MIGRATION_FAILED: 'A schema could not be brought to this version',
  JOB_NOT_FOUND: 'No such job',
  JOB_KIND_UNKNOWN: 'No handler works on jobs of this kind',
  JOB_NOT_CANCELLABLE: 'The job has ended already',
  BACKUP_INVALID: 'A backup is damaged, or its folder is not one to write to',
  RESTORE_REFUSED: 'A backup does not go into this platform',
  RESTORE_UNFINISHED: 'A restore was cut off: the platform holds a part of a backup',
  JOB_FAILED: 'A job ended with an error',
  CONFIGURATION_INVALID: 'Settings are missing or malformed',
  USE_CASE_INVALID: 'A use case is not declared as it must be',
  // the request as a whole
  REQUEST_INVALID: 'The request does not have the documented form',
  REQUEST_TOO_LARGE: 'The request body exceeds the limit',
  METHOD_NOT_ALLOWED: 'The route is there, but not for this method',
  MEDIA_TYPE_UNSUPPORTED: 'The request body is of a type that this route does not take',
  RATE_LIMITED: 'Too many requests',
  CANCELLED: 'The caller cancelled',
  DEADLINE_EXCEEDED: 'The deadline passed',
  SERVER_CLOSING: 'The server is shutting down',
  INTERNAL: 'A defect of the product',
} as const

export type ErrorCode = keyof typeof errorCodes
