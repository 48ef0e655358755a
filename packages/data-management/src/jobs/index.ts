export { materializeJobKind, type MaterializeJobPayload } from './materialize-job.js'
export { workOnMaterializeJobs, type MaterializeJobCollaborators } from './work-on-materialize-jobs.js'
export { workOnErasures, type ErasureJobCollaborators } from './work-on-erasures.js'
export { workOnPipelineJobs, type PipelineJobCollaborators } from './work-on-pipeline-jobs.js'
