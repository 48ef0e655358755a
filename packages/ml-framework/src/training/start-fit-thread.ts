import { Worker } from 'node:worker_threads'
import type { TrainingInput } from './training-outcome.js'

/**
 * Starts the fit thread. Built, it is a file beside the bundle that this code ended up in. From source it is TypeScript, which a
 * thread of Node 20 does not start from: there a line of JavaScript registers tsx first, then imports it.
 */
export function startFitThread(input: TrainingInput): Worker {
  const built = !import.meta.url.endsWith('.ts')
  if (built) return new Worker(new URL('./fit-thread.js', import.meta.url), { workerData: input })
  const entry = JSON.stringify(new URL('../fit-thread.ts', import.meta.url).href)
  // found from here where that can be asked (jest has no import.meta.resolve): the thread itself looks from the working directory
  const loader = JSON.stringify(typeof import.meta.resolve === 'function' ? import.meta.resolve('tsx/esm/api') : 'tsx/esm/api')
  const start = `import(${loader}).then((tsx) => { tsx.register(); return import(${entry}) })`
  return new Worker(start, { eval: true, workerData: input, execArgv: ['--conditions=@motadata/source'] })
}
