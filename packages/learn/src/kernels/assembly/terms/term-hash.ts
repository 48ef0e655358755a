/** As `preprocessing/term-hash.ts` has it; tables of kernels are their own, so the hashes need not agree. */
export const hashPrime: u32 = 0x01000193

@inline
export function mixHash(hash: u32): u32 {
  const mixed = (hash ^ (hash >>> 16)) * 0x85ebca6b
  return mixed ^ (mixed >>> 13)
}

@inline
export function joinHashes(before: u32, last: u32): u32 {
  return mixHash((before * 0x9e3779b1) ^ last)
}
