/** Where words of the threads' control block lie, from the start of the memory. */
export const controlWords = {
  /** Which session the memory serves; 0 for none. */
  session: 32,
  /** Number of the job in the upper bits, next task to claim in the lower {@link taskBits}. */
  claim: 48,
  /** Tasks of the job that are done. */
  done: 64,
  taskCount: 80,
  /** Number of the function that does them. */
  work: 81,
  parameters: 82,
  /** Threads that sleep until there is a job. */
  sleeping: 96,
  /** Whether the calling thread sleeps until a job is done. */
  waiting: 112,
  /** Whether a task failed. */
  failed: 113,
} as const

export const controlLength = 128
export const taskBits = 12
/** How often a thread looks again before it sleeps: some tens of microseconds. */
export const looksBeforeSleep = 20_000

/**
 * What a helper thread runs, as text: a thread started from text needs no file, so it starts from source, from a bundle and inside of
 * other threads alike. A message names a session; the helper claims tasks of its jobs until the session is over.
 */
export const helperScript = `
const { parentPort } = require('node:worker_threads')
const word = ${JSON.stringify(controlWords)}
const taskMask = ${2 ** taskBits - 1}
parentPort.on('message', ({ session, module, memory, names }) => {
  const control = new Int32Array(memory.buffer, 0, ${controlLength})
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports
  const isOpen = () => Atomics.load(control, word.session) === session
  for (let looks = 0; isOpen();) {
    const claim = Atomics.load(control, word.claim)
    const task = claim & taskMask
    if (task < Atomics.load(control, word.taskCount) && isOpen()) {
      if (Atomics.compareExchange(control, word.claim, claim, claim + 1) !== claim) continue
      looks = 0
      try {
        kernels[names[Atomics.load(control, word.work)]](Atomics.load(control, word.parameters), task)
      } catch {
        Atomics.store(control, word.failed, 1)
      }
      if (Atomics.add(control, word.done, 1) + 1 === Atomics.load(control, word.taskCount)) Atomics.notify(control, word.done)
    } else if (++looks > ${looksBeforeSleep}) {
      looks = 0
      Atomics.add(control, word.sleeping, 1)
      if (isOpen()) Atomics.wait(control, word.claim, claim, 1000)
      Atomics.sub(control, word.sleeping, 1)
    }
  }
})`
