export { createTrainingRowsOwner } from './training-rows-owner.js'
export { createTrainingRowsErasable } from './training-rows-erasable.js'
export { trainingJobKind, type TrainingJobPayload, type TrainingJobResult } from './training-job.js'
export { workOnTrainingJobs, type TrainingJobCollaborators } from './work-on-training-jobs.js'
