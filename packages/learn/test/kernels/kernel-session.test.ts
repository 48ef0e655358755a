import { Worker } from 'node:worker_threads'
import { boostingKernels, type BoostingKernels } from '../../src/kernels/boosting-kernels.js'
import { kernelEngine, withKernelEngine } from '../../src/kernels/kernel-engine.js'
import { expectMemory } from '../../src/kernels/kernel-memory.js'
import type { KernelModule } from '../../src/kernels/kernel-module.js'
import { KernelSession } from '../../src/kernels/kernel-session.js'
import { codeOf } from '../sparse-matrix.js'

/**
 * `fill(parameters, task)`, in WebAssembly text: stores `task + 1` at `parameters + 4 · task`, after a loop of as many rounds as the word
 * at `parameters + 65536` says, so that a task takes its time.
 */
const fillModule = 'AGFzbQEAAAABBgFgAn9/AAISAQNlbnYGbWVtb3J5AgMBgIAEAwIBAAcIAQRmaWxsAAAKNAEyAQF/IAAoAoCABCECAkADQCACRQ0BIAJBAWshAgwACwALIAAgAUECdGogAUEBajYCAAs='
interface Fill {
  fill(parameters: number, task: number): void
}
const fillKernels: KernelModule<Fill> = {
  name: 'fill', compiled: fillModule, taskNames: ['fill'],
  inJavaScript: (memory) => ({ fill: (parameters, task) => { memory.integers(parameters + 4 * task, 1)[0] = task + 1 } }),
}

describe.each([['wasm', 1], ['wasm', 4], ['javascript', 1], ['javascript', 4]] as const)('a session of kernels in %s in %d threads', (engine, threads) => {
  const use = <Result>(work: (session: KernelSession<Fill>) => Result, memoryLimitBytes?: number): Result =>
    withKernelEngine(engine, () => KernelSession.use(fillKernels, { threads, ...(memoryLimitBytes && { memoryLimitBytes }) }, work))

  it('works on every task of every job, whoever claims them', () => {
    use((session) => {
      const parameters = session.memory.allocate(65_536 + 4)
      session.memory.integers(parameters + 65_536, 1)[0] = 2_000
      for (let job = 1; job <= 200; job++) {
        const count = (job * 37) % 300
        const words = session.memory.integers(parameters, 300).fill(0)
        session.runTasks('fill', parameters, count)
        expect([...words]).toEqual(Array.from({ length: 300 }, (_, task) => (task < count ? task + 1 : 0)))
      }
    })
  })

  it('keeps apart what is allocated, and grows', () => {
    use(({ memory }) => {
      const blocks = [10, 100_000, 1, 3_000_000, 64].map((bytes) => ({ bytes, address: memory.allocate(bytes) }))
      blocks.forEach(({ address, bytes }, number) => memory.bytes(address, bytes).fill(number + 1))
      blocks.forEach(({ address, bytes }, number) => {
        expect(address % 64).toBe(0)
        expect(memory.bytes(address, bytes).every((byte) => byte === number + 1)).toBe(true)
      })
    })
  })

  it('refuses more memory than it may take, and goes on afterwards', () => {
    expect(codeOf(() => use(({ memory }) => memory.allocate(3_000_000), 2_000_000))).toBe('DATA_TOO_LARGE')
    expect(use(({ memory }) => memory.allocate(1_000_000), 2_000_000)).toBeGreaterThan(0)
  })

  it('gives a session inside of a session a memory of its own', () => {
    use((outer) => {
      const address = outer.memory.allocate(1_000)
      outer.memory.bytes(address, 1_000).fill(7)
      use((inner) => inner.memory.bytes(inner.memory.allocate(5_000), 5_000).fill(9))
      expect(outer.memory.bytes(address, 1_000).every((byte) => byte === 7)).toBe(true)
    })
  })

  it('closes when its work throws', () => {
    expect(() => use(() => { throw new Error('stop') })).toThrow('stop')
    expect(use(({ memory }) => memory.usedBytes)).toBeLessThan(2_000)
  })
})

it('refuses work that would not fit before it starts', () => {
  expect(codeOf(() => expectMemory('a fit', 3e9, 2 ** 31))).toBe('DATA_TOO_LARGE')
  expect(codeOf(() => expectMemory('a fit', 8e9, 1e12))).toBe('DATA_TOO_LARGE')
  expect(codeOf(() => expectMemory('a fit', 1e9, 2 ** 31))).toBeUndefined()
})

it('works in JavaScript where there is no WebAssembly', () => {
  const { WebAssembly } = globalThis as { WebAssembly?: unknown }
  expect(kernelEngine()).toBe('wasm')
  delete (globalThis as { WebAssembly?: unknown }).WebAssembly
  try {
    expect(kernelEngine()).toBe('javascript')
    expect(KernelSession.use(boostingKernels, {}, ({ engine }) => engine)).toBe('javascript')
  } finally {
    Object.assign(globalThis, { WebAssembly })
  }
})

it('has each function in both engines', () => {
  const names = (engine: 'wasm' | 'javascript'): string[] =>
    withKernelEngine(engine, () => KernelSession.use(boostingKernels, {}, ({ functions }) => Object.keys(functions as BoostingKernels).filter((name) => name !== 'memory').sort()))
  expect(names('javascript')).toEqual(names('wasm'))
})

it('ends a process with helpers that wait, and works in a thread inside of a thread', async () => {
  // a plain thread of JavaScript: the session's own code needs none of the test's loaders
  const { helperScript } = await import('../../src/kernels/helper-script.js')
  const nested = `
    const { Worker, parentPort } = require('node:worker_threads')
    const helper = new Worker(${JSON.stringify(helperScript)}, { eval: true })
    helper.unref()
    const memory = new WebAssembly.Memory({ initial: 4, maximum: 65536, shared: true })
    const module = new WebAssembly.Module(Buffer.from(${JSON.stringify(fillModule)}, 'base64'))
    const control = new Int32Array(memory.buffer)
    Atomics.store(control, 32, 5); Atomics.store(control, 82, 65536)
    helper.postMessage({ session: 5, module, memory, names: ['fill'] })
    Atomics.store(control, 48, 1 << 12); Atomics.store(control, 80, 3)
    while (Atomics.load(control, 64) < 3) Atomics.wait(control, 64, Atomics.load(control, 64), 100)
    parentPort.postMessage([...control.slice(16384, 16388)])`
  const thread = new Worker(nested, { eval: true })
  expect(await new Promise((resolve) => thread.once('message', resolve))).toEqual([1, 2, 3, 0])
  expect(await new Promise((resolve) => thread.once('exit', resolve))).toBe(0)
})
