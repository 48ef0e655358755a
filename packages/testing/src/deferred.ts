/** A promise that the test settles. */
export interface Deferred<Value> {
  readonly promise: Promise<Value>
  resolve(value: Value): void
  reject(reason: unknown): void
}

/**
 * @example
 * const started = defer<string>()
 * await jobs.work('train', async (job) => { started.resolve(job.id); return null })
 * expect(await started.promise).toBe(job.id)
 */
export function defer<Value = void>(): Deferred<Value> {
  let resolve!: (value: Value) => void
  let reject!: (reason: unknown) => void
  const promise = new Promise<Value>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}
