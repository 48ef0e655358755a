export { openS3ArtifactStore, type OpenS3ArtifactStoreOptions } from './open-s3-artifact-store.js'
export type { S3ArtifactStore } from './s3-artifact-store.js'
