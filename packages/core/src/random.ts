/** A source of random numbers that gives the same sequence for the same seed, on every machine. */
export interface Random {
  /** The next number, 0 ≤ x < 1, with 53 random bits. */
  next(): number
  /** A whole number, 0 ≤ x < bound. */
  below(bound: number): number
  /** A new array with the items in random order; the argument is left alone. */
  shuffle<Item>(items: readonly Item[]): Item[]
  /** One of the items. */
  pick<Item>(items: readonly Item[]): Item
  /** A source for a part of the work, independent of how much the rest consumes. */
  split(label: string): Random
}

/**
 * xoshiro128** seeded through splitmix32.
 *
 * @param seed - Any whole number or text.
 * @see Blackman and Vigna (2021), "Scrambled linear pseudorandom number generators".
 * @example
 * createRandom(7).below(10) === createRandom(7).below(10) // => true
 */
export function createRandom(seed: number | string): Random {
  let a = typeof seed === 'number' ? seed >>> 0 : hashText(seed)
  if (typeof seed === 'number' && seed > 0xffffffff) a ^= Math.floor(seed / 0x100000000)
  const splitmix = (): number => {
    a = (a + 0x9e3779b9) | 0
    let z = a ^ (a >>> 16)
    z = Math.imul(z, 0x21f0aaad)
    z ^= z >>> 15
    z = Math.imul(z, 0x735a2d97)
    return (z ^ (z >>> 15)) >>> 0
  }
  let s0 = splitmix()
  let s1 = splitmix()
  let s2 = splitmix()
  let s3 = splitmix()

  const next32 = (): number => {
    const r = Math.imul(s1, 5)
    const result = Math.imul((r << 7) | (r >>> 25), 9) >>> 0
    const t = s1 << 9
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= t
    s3 = (s3 << 11) | (s3 >>> 21)
    return result
  }
  const next = (): number => ((next32() >>> 5) * 0x4000000 + (next32() >>> 6)) / 0x20000000000000
  const below = (bound: number): number => Math.floor(next() * bound)
  return {
    next,
    below,
    shuffle(items) {
      const result = [...items]
      for (let i = result.length - 1; i > 0; i--) {
        const j = below(i + 1)
        const kept = result[i]!
        result[i] = result[j]!
        result[j] = kept
      }
      return result
    },
    pick: (items) => items[below(items.length)]!,
    split: (label) => createRandom(`${seed}/${label}`),
  }
}

/** FNV-1a over UTF-16 code units, 32 bits. */
function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
