/**
 * Waits for what happens elsewhere: asks again and again until the answer is not undefined, and fails when it stays away.
 *
 * @param options.withinMs - Default 10,000.
 * @example
 * const job = await until(async () => (await jobs.get(context, id)).endedAt)
 */
export async function until<Value>(ask: () => Promise<Value | undefined> | Value | undefined, options: { readonly withinMs?: number } = {}): Promise<Value> {
  const withinMs = options.withinMs ?? 10_000
  const deadline = performance.now() + withinMs
  for (;;) {
    const value = await ask()
    if (value !== undefined) return value
    if (performance.now() > deadline) throw new Error(`Expected something to happen within ${withinMs} ms, but it did not.`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
