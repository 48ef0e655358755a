// xoshiro128**, as `tree/tree-random.ts` has it
let s0: u32 = 0
let s1: u32 = 0
let s2: u32 = 0
let s3: u32 = 0

export function seedRandom(words: usize): void {
  s0 = load<u32>(words)
  s1 = load<u32>(words, 4)
  s2 = load<u32>(words, 8)
  s3 = load<u32>(words, 12)
}

@inline
function nextWord(): u32 {
  const result = rotl<u32>(s1 * 5, 7) * 9
  const t = s1 << 9
  s2 ^= s0
  s3 ^= s1
  s1 ^= s2
  s0 ^= s3
  s2 ^= t
  s3 = rotl<u32>(s3, 11)
  return result
}

/** A whole number, 0 ≤ x < bound. */
@inline
export function below(bound: u32): u32 {
  return <u32>(<f64>nextWord() * 2.3283064365386963e-10 * <f64>bound)
}
