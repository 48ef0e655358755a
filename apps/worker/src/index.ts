export { Upkeep, type UpkeepOptions, type UpkeepReport, type UpkeepRun } from './upkeep/upkeep.js'
export { createWorker, type Worker, type WorkerCollaborators } from './create-worker.js'
