/** The part of the WebAssembly API that kernels need; Node's types do not have it. */
export interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => WebAssemblyModule
  readonly Instance: new (module: WebAssemblyModule, imports: object) => { readonly exports: Readonly<Record<string, unknown>> }
  readonly Memory: new (limits: { initial: number; maximum: number; shared: true }) => WebAssemblyMemory
}

/** Compiled code; threads can share it. */
export type WebAssemblyModule = object

export interface WebAssemblyMemory {
  readonly buffer: SharedArrayBuffer
  grow(pages: number): number
}

/** Undefined where the engine has none, as under `--jitless`. */
export const webAssembly = (): WebAssemblyApi | undefined => (globalThis as { WebAssembly?: WebAssemblyApi }).WebAssembly
