import { parentPort, workerData } from 'node:worker_threads'
import { isMLError } from '@motadata/core'
import type { FitThreadMessage } from './training/fit-thread-message.js'
import { trainClassifier } from './training/train-classifier.js'
import type { TrainingInput } from './training/training-outcome.js'

/** The entry of a worker thread that trains one model: its input comes as worker data, and it ends with an outcome or an error. */
const post = (message: FitThreadMessage): void => parentPort?.postMessage(message)

if (parentPort) {
  try {
    const outcome = trainClassifier(workerData as TrainingInput, (progress) => post({ kind: 'progress', progress }))
    post({ kind: 'outcome', outcome })
  } catch (error) {
    if (isMLError(error)) post({ kind: 'refused', code: error.code, message: error.message, details: error.details })
    else post({ kind: 'broken', message: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
}
