import { MLError } from '@motadata/core'

interface Waiting {
  readonly begin: () => void
}

/**
 * Lets so many at once, and the others wait their turn: owners come round one after another, so that one with a hundred waiting
 * does not keep the next from its first.
 */
export class FairTurns {
  readonly #limit: number
  /** Owners in the order in which they come; a Map keeps it, and moving one to the end is deleting and setting. */
  readonly #waiting = new Map<string, Waiting[]>()
  #taken = 0

  /** @param limit - Turns at once, at least 1. */
  constructor(limit: number) {
    if (!Number.isInteger(limit) || limit < 1) {
      throw new MLError('INPUT_INVALID', `Expected a whole number of at least 1 turns at once, got ${limit}.`)
    }
    this.#limit = limit
  }

  /**
   * Waits for a turn.
   *
   * @returns how to end the turn; calling it twice ends it once
   * @throws MLError `CANCELLED` when the signal aborts while waiting
   */
  async take(owner: string, signal?: AbortSignal): Promise<() => void> {
    if (signal?.aborted) throw cancelled()
    if (this.#taken >= this.#limit) await this.#wait(owner, signal)
    else this.#taken++
    let ended = false
    return () => {
      if (ended) return
      ended = true
      this.#passOn()
    }
  }

  #wait(owner: string, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const queue = this.#waiting.get(owner) ?? []
      this.#waiting.set(owner, queue)
      const abandon = (): void => {
        queue.splice(queue.indexOf(waiting), 1)
        if (queue.length === 0) this.#waiting.delete(owner)
        reject(cancelled())
      }
      const waiting: Waiting = {
        begin: () => {
          signal?.removeEventListener('abort', abandon)
          resolve()
        },
      }
      queue.push(waiting)
      signal?.addEventListener('abort', abandon, { once: true })
    })
  }

  /** The turn that ended goes to the owner who has waited longest since its last one. */
  #passOn(): void {
    const next = this.#waiting.entries().next()
    if (next.done) {
      this.#taken--
      return
    }
    const [owner, queue] = next.value
    const first = queue.shift()!
    this.#waiting.delete(owner)
    if (queue.length > 0) this.#waiting.set(owner, queue)
    first.begin()
  }
}

const cancelled = (): MLError => new MLError('CANCELLED', 'The caller cancelled while waiting for a turn; nothing was done.')
