/**
 * Sorts term numbers by the bytes of their terms, which for UTF-8 is the order of code points.
 *
 * The first six bytes of a term make a number that is compared first; the rest is looked at only where these are equal.
 *
 * @returns A new array.
 */
export function orderTerms(ids: Uint32Array, bytes: Uint8Array, offsets: Uint32Array): Uint32Array {
  const prefixes = new Float64Array(offsets.length)
  for (const id of ids) {
    const end = offsets[id + 1]
    let prefix = 0
    for (let i = offsets[id], k = 0; k < 6; i++, k++) prefix = prefix * 256 + (i < end ? bytes[i] : 0)
    prefixes[id] = prefix
  }
  const compareTerms = (a: number, b: number): number => compareBytes(bytes, offsets[a], offsets[a + 1], offsets[b], offsets[b + 1])
  return ids.slice().sort((a, b) => prefixes[a] - prefixes[b] || compareTerms(a, b))
}

function compareBytes(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): number {
  for (; a < aEnd && b < bEnd; a++, b++) if (bytes[a] !== bytes[b]) return bytes[a] - bytes[b]
  return aEnd - a - (bEnd - b)
}
