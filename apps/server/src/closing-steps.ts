/** What there is to close, the last opened first. */
export class ClosingSteps {
  readonly #steps: (() => Promise<void>)[] = []

  /** Adds a step that runs before those added earlier. */
  add(step: () => Promise<void>): void {
    this.#steps.unshift(step)
  }

  /** Adds a step that runs after all others. */
  addLast(step: () => Promise<void>): void {
    this.#steps.push(step)
  }

  /** Each step once, also when one before it failed. @throws what the first failure was */
  async run(): Promise<void> {
    const failures: unknown[] = []
    for (const step of this.#steps.splice(0)) await step().catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw failures[0]
  }
}
