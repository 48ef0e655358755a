import type { KernelMemory } from './kernel-memory.js'
import { webAssembly, type WebAssemblyModule } from './web-assembly.js'

/**
 * Functions over a shared memory, compiled and in JavaScript: both write the same bytes. Addresses and counts are numbers.
 *
 * A function that works on tasks takes the address of its parameters and the number of the task.
 */
export interface KernelModule<Functions extends object> {
  readonly name: string
  /** The compiled module in base64. */
  readonly compiled: string
  /** Names of the functions that work on tasks. */
  readonly taskNames: readonly (string & keyof Functions)[]
  inJavaScript(memory: KernelMemory): Functions
}

const compiledModules = new Map<string, WebAssemblyModule>()

/** Compiled once a thread. */
export function compileModule({ name, compiled }: Pick<KernelModule<object>, 'name' | 'compiled'>): WebAssemblyModule {
  let module = compiledModules.get(name)
  if (!module) {
    module = new (webAssembly()!.Module)(Buffer.from(compiled, 'base64'))
    compiledModules.set(name, module)
  }
  return module
}

/** The module's functions over a memory. */
export function instantiate<Functions extends object>(module: WebAssemblyModule, memory: KernelMemory): Functions {
  return new (webAssembly()!.Instance)(module, { env: { memory: memory.memory } }).exports as Functions
}
