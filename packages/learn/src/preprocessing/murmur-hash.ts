// A constant of this module: in a `vm` context, as test runners use, every look at a global is slow.
const { imul } = Math

/** MurmurHash3, 32 bits, of a range of bytes, as a signed number. Public domain algorithm by Austin Appleby. */
export function murmurHash3(bytes: Uint8Array, start: number, end: number, seed = 0): number {
  let hash = seed | 0
  let i = start
  for (; i + 4 <= end; i += 4) {
    hash ^= scramble(bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24))
    hash = (imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0
  }
  let tail = 0
  for (let shift = 0; i < end; i++, shift += 8) tail |= bytes[i] << shift
  hash ^= scramble(tail) ^ (end - start)
  hash = imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

function scramble(block: number): number {
  const product = imul(block, 0xcc9e2d51)
  return imul((product << 15) | (product >>> 17), 0x1b873593)
}
