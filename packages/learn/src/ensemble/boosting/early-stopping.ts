/** Watches the loss of held-out rows, and says when it has stopped falling. */
export class EarlyStopping {
  readonly #patience: number
  #best = Infinity
  #iteration = 0
  /** The iteration after which the loss was smallest; 0 before the first. */
  bestIteration = 0

  /** @param patience - So many iterations in a row may not get better. */
  constructor(patience: number) {
    this.#patience = patience
  }

  /** @returns Whether to go on. */
  observe(loss: number): boolean {
    this.#iteration++
    if (loss < this.#best) {
      this.#best = loss
      this.bestIteration = this.#iteration
    }
    return this.#iteration - this.bestIteration < this.#patience
  }
}
