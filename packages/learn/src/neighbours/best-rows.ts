/**
 * The rows of the highest scores seen, a fixed number of them; of equal scores those of the lower row numbers. A heap with the worst on
 * top, in arrays made once.
 */
export class BestRows {
  #count = 0
  #limit: number
  readonly #rows: Uint32Array
  readonly #scores: Float64Array

  constructor(capacity: number) {
    this.#limit = capacity
    this.#rows = new Uint32Array(capacity)
    this.#scores = new Float64Array(capacity)
  }

  get count(): number {
    return this.#count
  }

  /** Forgets all; at most `limit` rows, no more than the capacity, are kept from now on. */
  clear(limit: number): void {
    this.#count = 0
    this.#limit = limit
  }

  /** Rows must come in rising order. */
  offer(row: number, score: number): void {
    if (this.#count < this.#limit) this.#rise(this.#count++, row, score)
    else if (this.#limit > 0 && score > this.#scores[0]) this.#sink(row, score)
  }

  /** Puts the best first. After it, rows are read; none are offered before `clear`. */
  sort(): void {
    const count = this.#count
    while (this.#count > 1) {
      const row = this.#rows[0]
      const score = this.#scores[0]
      const last = --this.#count
      this.#sink(this.#rows[last], this.#scores[last])
      this.#rows[last] = row
      this.#scores[last] = score
    }
    this.#count = count
  }

  row(place: number): number {
    return this.#rows[place]
  }

  score(place: number): number {
    return this.#scores[place]
  }

  #isWorse(row: number, score: number, place: number): boolean {
    return score < this.#scores[place] || (score === this.#scores[place] && row > this.#rows[place])
  }

  #rise(place: number, row: number, score: number): void {
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (!this.#isWorse(row, score, parent)) break
      this.#rows[place] = this.#rows[parent]
      this.#scores[place] = this.#scores[parent]
      place = parent
    }
    this.#rows[place] = row
    this.#scores[place] = score
  }

  /** Puts a row in the place of the worst. */
  #sink(row: number, score: number): void {
    let place = 0
    for (let child = 1; child < this.#count; child = 2 * place + 1) {
      if (child + 1 < this.#count && this.#isWorse(this.#rows[child + 1], this.#scores[child + 1], child)) child++
      if (this.#isWorse(row, score, child)) break
      this.#rows[place] = this.#rows[child]
      this.#scores[place] = this.#scores[child]
      place = child
    }
    this.#rows[place] = row
    this.#scores[place] = score
  }
}
