import { Worker } from 'node:worker_threads'
import type { FitThreadInput } from './fit-thread-message.js'

/**
 * Starts the fit thread. Built, its entry is a file beside the bundle that this code ended up in; from source it is one that loads
 * TypeScript.
 */
export function startFitThread(input: FitThreadInput): Worker {
  if (import.meta.url.endsWith('.ts')) {
    const execArgv = ['--conditions=@motadata/source']
    return new Worker(new URL('./fit-thread-from-source.mjs', import.meta.url), { workerData: input, execArgv })
  }
  return new Worker(new URL('./fit-thread.js', import.meta.url), { workerData: input })
}
