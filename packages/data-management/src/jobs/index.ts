export { materializeJobKind, type MaterializeJobPayload } from './materialize-job.js'
export { workOnMaterializeJobs, type MaterializeJobCollaborators } from './work-on-materialize-jobs.js'
