import { webAssembly } from './web-assembly.js'

/** What runs the kernels: compiled code, or the same functions in JavaScript, several times slower. */
export type KernelEngine = 'wasm' | 'javascript'

let chosen: KernelEngine | undefined

/** WebAssembly where there is one; both learn the same bytes. */
export const kernelEngine = (): KernelEngine => chosen ?? (webAssembly() ? 'wasm' : 'javascript')

/** Does some work, which must not be asynchronous, with the kernels of one engine. */
export function withKernelEngine<Result>(engine: KernelEngine, work: () => Result): Result {
  const before = chosen
  chosen = engine
  try {
    return work()
  } finally {
    chosen = before
  }
}
