/** What there is to close, in reverse order of opening; runs once. */
export class Closing {
  readonly #steps: (() => Promise<void>)[] = []
  #done: Promise<void> | undefined

  /** Adds a step that runs before those added earlier. */
  add(step: () => Promise<void>): void {
    this.#steps.push(step)
  }

  /** Runs every step, also after one has failed; rejects with the first error. */
  run(): Promise<void> {
    this.#done ??= this.#run()
    return this.#done
  }

  async #run(): Promise<void> {
    const errors: unknown[] = []
    for (const step of this.#steps.toReversed()) await step().catch((error: unknown) => errors.push(error))
    if (errors.length > 0) throw errors[0]
  }
}
