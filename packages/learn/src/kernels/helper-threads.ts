import { Worker } from 'node:worker_threads'
import { helperScript } from './helper-script.js'

/** What a helper is told to work for. */
export interface HelperSession {
  readonly session: number
  readonly module: object
  readonly memory: object
  /** Names of the functions that do tasks. */
  readonly names: readonly string[]
}

/** More threads than any machine that this runs on profits from. */
const mostHelpers = 63
const idle: Worker[] = []
let started = 0

/**
 * Takes helper threads that wait, starts those that are missing, and puts them to work. They keep no process alive. Where no thread can
 * be started there are fewer.
 */
export function takeHelpers(count: number, session: HelperSession): Worker[] {
  const taken: Worker[] = []
  while (taken.length < count) {
    const helper = idle.pop() ?? startHelper()
    if (!helper) break
    helper.postMessage(session)
    taken.push(helper)
  }
  return taken
}

/** @param keep - Whether they wait for other work; otherwise they end, and let go of the memory that they know. */
export function returnHelpers(helpers: readonly Worker[], keep: boolean): void {
  for (const helper of helpers) {
    if (keep) idle.push(helper)
    else void helper.terminate()
  }
}

function startHelper(): Worker | undefined {
  if (started >= mostHelpers) return undefined
  try {
    const helper = new Worker(helperScript, { eval: true, execArgv: [], env: {}, stdin: false, name: 'kernel-helper' })
    helper.unref()
    started++
    helper.on('exit', () => {
      started--
      const at = idle.indexOf(helper)
      if (at >= 0) idle.splice(at, 1)
    })
    helper.on('error', () => undefined) // it exits as well, and others do its work
    return helper
  } catch {
    return undefined // no threads here, as under a permission model: the calling thread does everything
  }
}
