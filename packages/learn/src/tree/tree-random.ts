import { createRandom } from '@motadata/core'

/**
 * xoshiro128**, which kernels can follow: what a tree draws from. The same numbers in both.
 *
 * @see Blackman and Vigna (2021), Scrambled linear pseudorandom number generators.
 */
export class TreeRandom {
  readonly #state: Uint32Array

  /** @param state - Four 32-bit words, not all 0. */
  constructor(state: Uint32Array) {
    this.#state = state.slice()
  }

  #nextWord(): number {
    const s = this.#state
    const product = Math.imul(s[1], 5)
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0
    const shifted = s[1] << 9
    s[2] ^= s[0]
    s[3] ^= s[1]
    s[1] ^= s[2]
    s[0] ^= s[3]
    s[2] ^= shifted
    s[3] = (s[3] << 11) | (s[3] >>> 21)
    return result
  }

  /** 0 ≤ x < 1, with 32 random bits. */
  next(): number {
    return this.#nextWord() * 2 ** -32
  }

  /** A whole number, 0 ≤ x < bound, where the bound is at most 2³². */
  below(bound: number): number {
    return Math.floor(this.next() * bound)
  }
}

/** Where a tree's numbers start, independent of those of all other trees; shape (4,). */
export function treeSeed(seed = 0, tree: number): Uint32Array {
  const random = createRandom(seed).split(`tree ${tree}`)
  const state = Uint32Array.from({ length: 4 }, () => random.below(2 ** 32))
  state[3] |= 1
  return state
}
