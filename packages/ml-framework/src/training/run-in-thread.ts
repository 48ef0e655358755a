import type { Worker } from 'node:worker_threads'
import { type MLError, type RequestContext, TrainingError } from '@motadata/core'
import type { FitThreadInput, FitThreadMessage } from './fit-thread-message.js'
import { startFitThread } from './start-fit-thread.js'
import type { KeepCheckpoint } from './training-checkpoints.js'
import type { ReportTraining, TrainingOutcome } from './training-outcome.js'

/**
 * Trains in a thread of its own, so that heartbeats, HTTP and everybody else go on meanwhile. The dataset is copied, not handed over.
 *
 * @param options.signal - Ends the thread at once, whatever it is doing.
 * @throws TrainingError with the code that training gave, `CANCELLED`, `DEADLINE_EXCEEDED`, `TRAINING_FAILED`
 */
export function runInThread(
  input: FitThreadInput,
  options: {
    readonly onProgress: ReportTraining
    readonly onCheckpoint?: KeepCheckpoint
    readonly signal?: AbortSignal
    readonly deadlineInMs?: number
  },
): Promise<TrainingOutcome> {
  return new Promise((resolve, reject) => {
    if (options.signal?.aborted) return reject(cancelled())
    const worker = startThread(input)
    let settled = false
    const settle = (act: () => void): void => {
      if (settled) return
      settled = true
      options.signal?.removeEventListener('abort', abort)
      clearTimeout(timer)
      void worker.terminate().then(act, act)
    }
    const abort = (): void => settle(() => reject(cancelled()))
    options.signal?.addEventListener('abort', abort, { once: true })
    const expire = (): void => settle(() => reject(deadlineExceeded()))
    const timer = options.deadlineInMs === undefined ? undefined : setTimeout(expire, options.deadlineInMs)

    // A caller's listener that throws stops the training with its error.
    const report: ReportTraining = (progress) => {
      try {
        options.onProgress(progress)
      } catch (error) {
        settle(() => reject(error))
      }
    }

    worker.on('message', (message: FitThreadMessage) => {
      switch (message.kind) {
        case 'progress': return settled ? undefined : report(message.progress)
        case 'checkpoint': return settled ? undefined : options.onCheckpoint?.(message.step, message.bytes)
        case 'outcome': return settle(() => resolve(message.outcome))
        case 'refused': return settle(() => reject(new TrainingError(message.code, message.message, { details: message.details })))
        case 'broken': return settle(() => reject(failed(message.message)))
      }
    })
    worker.once('error', (error) => settle(() => reject(failed(error instanceof Error ? error.message : String(error), error))))
    worker.once('exit', (code) => settle(() => reject(failed(`the thread ended with ${code}`))))
  })
}

/** @throws TrainingError `INPUT_INVALID` when the rows hold something that can't be copied */
function startThread(input: FitThreadInput): Worker {
  try {
    return startFitThread(input)
  } catch (cause) {
    throw new TrainingError(
      'INPUT_INVALID',
      'Expected a dataset of plain values, got one with something that can not be copied to a thread, such as a function.',
      { details: { field: 'dataset' }, cause },
    )
  }
}

/** How long until a context's deadline. */
export function deadlineInMs(context: RequestContext, nowMs: number): number | undefined {
  return context.deadlineMs === undefined ? undefined : Math.min(2 ** 31 - 1, Math.max(0, context.deadlineMs - nowMs))
}

const cancelled = (): MLError => new TrainingError('CANCELLED', 'The caller cancelled the training; no version was registered.')
const deadlineExceeded = (): MLError =>
  new TrainingError('DEADLINE_EXCEEDED', 'The deadline passed during training; no version was registered. Ask again with a later one.')

/** What went wrong is in the cause, not in the message, which a job shows to its tenant: it may hold a stack with this machine's paths. */
function failed(reason: string, cause: unknown = new Error(reason)): TrainingError {
  return new TrainingError('TRAINING_FAILED', 'Expected training to end with a model, but it stopped on an error that is not of the data. Train again; report it if it stays.', { cause })
}
