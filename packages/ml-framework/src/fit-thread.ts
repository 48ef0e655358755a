import { parentPort, workerData } from 'node:worker_threads'
import { isMLError } from '@motadata/core'
import type { FitThreadInput, FitThreadMessage } from './training/fit-thread-message.js'
import { trainModel } from './training/train-model.js'
import { TrainingCheckpoints } from './training/training-checkpoints.js'

/** The entry of a worker thread that trains one model: its input comes as worker data, and it ends with an outcome or an error. */
const post = (message: FitThreadMessage): void => parentPort?.postMessage(message)

if (parentPort) {
  try {
    const { checkpoints, ...input } = workerData as FitThreadInput
    const kept = checkpoints && new TrainingCheckpoints(checkpoints, (step, bytes) => post({ kind: 'checkpoint', step, bytes }))
    const outcome = trainModel(input, (progress) => post({ kind: 'progress', progress }), kept)
    post({ kind: 'outcome', outcome })
  } catch (error) {
    if (isMLError(error)) post({ kind: 'refused', code: error.code, message: error.message, details: error.details })
    else post({ kind: 'broken', message: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
}
