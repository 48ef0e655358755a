import { MLError } from '@motadata/core'
import type { Worker } from 'node:worker_threads'
import { controlLength, controlWords, looksBeforeSleep, taskBits } from './helper-script.js'
import { returnHelpers, takeHelpers } from './helper-threads.js'
import { type KernelEngine, kernelEngine } from './kernel-engine.js'
import { KernelMemory } from './kernel-memory.js'
import { compileModule, instantiate, type KernelModule } from './kernel-module.js'

export interface KernelSessionOptions {
  /** Threads to work in, the calling one included; 1 when absent. JavaScript kernels work in one. */
  readonly threads?: number
  /** Memory it may take; 2 GiB when absent. */
  readonly memoryLimitBytes?: number
}

export const defaultMemoryLimitBytes = 2 ** 31
/** How long a task that another thread has claimed may take. */
const longestTaskMs = 600_000
const taskMask = 2 ** taskBits - 1
let sessionCount = 0

/**
 * One piece of work with kernels: their memory and functions, and threads that share tasks with the calling one. Everything in it is
 * synchronous. Tasks are claimed one by one, so a thread that the machine does not run delays nobody else; what they write must not
 * depend on who does them.
 */
export class KernelSession<Functions extends object> {
  readonly engine: KernelEngine
  readonly memory: KernelMemory
  readonly functions: Functions
  readonly #names: readonly (string & keyof Functions)[]
  readonly #control: Int32Array
  readonly #helpers: readonly Worker[]

  private constructor(module: KernelModule<Functions>, { threads = 1, memoryLimitBytes = defaultMemoryLimitBytes }: KernelSessionOptions) {
    this.engine = kernelEngine()
    this.memory = KernelMemory.open(this.engine, memoryLimitBytes)
    this.#names = module.taskNames
    this.#control = this.memory.integers(0, controlLength)
    if (this.engine === 'javascript') {
      this.functions = module.inJavaScript(this.memory)
      this.#helpers = []
      return
    }
    const compiled = compileModule(module)
    this.functions = instantiate<Functions>(compiled, this.memory)
    sessionCount = (sessionCount % 0x7fffffff) + 1
    Atomics.store(this.#control, controlWords.session, sessionCount)
    Atomics.store(this.#control, controlWords.taskCount, 0)
    Atomics.store(this.#control, controlWords.failed, 0)
    this.#helpers = takeHelpers(Math.floor(threads) - 1, { session: sessionCount, module: compiled, memory: this.memory.memory!, names: this.#names })
  }

  /** Opens a session, hands it to some work, which must not be asynchronous, and closes it. */
  static use<Functions extends object, Result>(
    module: KernelModule<Functions>, options: KernelSessionOptions, work: (session: KernelSession<Functions>) => Result,
  ): Result {
    const session = new KernelSession(module, options)
    try {
      return work(session)
    } finally {
      session.#close()
    }
  }

  /** Threads that work here, the calling one included. */
  get threads(): number {
    return 1 + this.#helpers.length
  }

  /**
   * Has a function work on the tasks from 0 up to a count below 4,096, on all threads, and returns when all are done.
   *
   * @param parameters - The address that the function gets with each task's number.
   */
  runTasks(name: string & keyof Functions, parameters: number, taskCount: number): void {
    const work = this.functions[name] as (parameters: number, task: number) => void
    if (this.#helpers.length === 0 || taskCount === 1) {
      for (let task = 0; task < taskCount; task++) work(parameters, task)
      return
    }
    if (taskCount >= taskMask) throw new RangeError(`Expected less than ${taskMask} tasks, got ${taskCount}.`)
    this.#publish(this.#names.indexOf(name), parameters, taskCount)
    try {
      this.#claimTasks(work, parameters, taskCount)
    } finally {
      Atomics.store(this.#control, controlWords.claim, Atomics.load(this.#control, controlWords.claim) | taskMask)
      this.#awaitOthers(taskCount)
    }
    if (Atomics.load(this.#control, controlWords.failed) !== 0) throw new MLError('INTERNAL', `The kernel ${name} failed in a thread.`)
  }

  #publish(work: number, parameters: number, taskCount: number): void {
    const control = this.#control
    // closed to claims while the words change: no task is below a count of 0
    Atomics.store(control, controlWords.taskCount, 0)
    Atomics.store(control, controlWords.work, work)
    Atomics.store(control, controlWords.parameters, parameters)
    Atomics.store(control, controlWords.done, 0)
    Atomics.store(control, controlWords.claim, ((Atomics.load(control, controlWords.claim) >>> taskBits) + 1) << taskBits)
    Atomics.store(control, controlWords.taskCount, taskCount)
    if (Atomics.load(control, controlWords.sleeping) > 0) Atomics.notify(control, controlWords.claim)
  }

  #claimTasks(work: (parameters: number, task: number) => void, parameters: number, taskCount: number): void {
    const control = this.#control
    for (;;) {
      const claim = Atomics.load(control, controlWords.claim)
      const task = claim & taskMask
      if (task >= taskCount) return
      if (Atomics.compareExchange(control, controlWords.claim, claim, claim + 1) !== claim) continue
      try {
        work(parameters, task)
      } finally { // whatever happens here, others must not be left alone with the memory
        Atomics.add(control, controlWords.done, 1)
      }
    }
  }

  #awaitOthers(taskCount: number): void {
    const control = this.#control
    for (let looks = 0; looks < looksBeforeSleep; looks++) if (Atomics.load(control, controlWords.done) === taskCount) return
    const startedMs = performance.now()
    for (;;) {
      const done = Atomics.load(control, controlWords.done)
      if (done === taskCount) return
      if (performance.now() - startedMs > longestTaskMs) throw new MLError('INTERNAL', 'A thread did not finish its task within ten minutes.')
      Atomics.wait(control, controlWords.done, done, 1000)
    }
  }

  #close(): void {
    if (this.engine === 'wasm') {
      Atomics.store(this.#control, controlWords.session, 0)
      Atomics.notify(this.#control, controlWords.claim)
    }
    returnHelpers(this.#helpers, this.memory.isKept)
    this.memory.release()
  }
}
