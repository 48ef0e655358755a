export { createWorker, type Worker, type WorkerCollaborators } from './create-worker.js'
