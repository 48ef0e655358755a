import { digestKeyText } from './key-text.js'

const textLimit = 1_000
const forgetAfterMs = 1_000

/**
 * The digests of the texts that came within the last second, since a client sends the same key with every request and a digest costs more
 * than the rest of knowing it. All are forgotten together, so no secret stays in memory. They are looked up by V8's seeded hash, so
 * that how long it takes tells a caller nothing of another's text.
 */
export class RecentDigests {
  readonly #digests = new Map<string, string>()
  #forgetting: NodeJS.Timeout | undefined

  /** How many there are. */
  get size(): number {
    return this.#digests.size
  }

  /** @returns as {@link digestKeyText} */
  of(text: string): string {
    const known = this.#digests.get(text)
    if (known !== undefined) return known
    if (this.#digests.size >= textLimit) this.#digests.clear()
    const digest = digestKeyText(text)
    this.#digests.set(text, digest)
    if (!this.#forgetting) this.#forgetting = setTimeout(() => this.#forget(), forgetAfterMs).unref()
    return digest
  }

  #forget(): void {
    this.#digests.clear()
    this.#forgetting = undefined
  }
}
