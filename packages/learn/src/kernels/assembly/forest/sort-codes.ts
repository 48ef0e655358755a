import { codes, keys, otherKeys, starts } from './context'

/** Rows, at most, that are sorted by insertion. */
const fewRows: u32 = 16
/** Rows, at most, that are dealt to about as many buckets. */
const bucketRows: u32 = 16384
/** Rows of a bucket, at most, where buckets are worth while. */
const fullBucket: u32 = 24
/** Rows whose number fits beside a code in 32 bits. */
export const packedRows: u32 = 65536

/** Bits below the code in a key: those of the row's place in the node. */
@inline
export function itemBits<Key>(): Key {
  return sizeof<Key>() == 4 ? 16 : 32
}

@inline
function insertKeys<Key>(from: usize, count: u32): void {
  for (let i: usize = 1; i < <usize>count; i++) {
    const key = load<Key>(from + i * sizeof<Key>())
    let at = from + (i - 1) * sizeof<Key>()
    while (at >= from && load<Key>(at) > key) {
      store<Key>(at + sizeof<Key>(), load<Key>(at))
      at -= sizeof<Key>()
    }
    store<Key>(at + sizeof<Key>(), key)
  }
}

/** Counts of digits become where each digit's keys start. */
@inline
function addUpStarts(length: u32): void {
  let sum: u32 = 0
  for (let at = starts, last = starts + (<usize>length << 2); at < last; at += 4) {
    const own = load<u32>(at)
    store<u32>(at, sum)
    sum += own
  }
}

@inline
function deal<Key>(from: usize, to: usize, count: u32, shift: Key, mask: Key): void {
  for (let at = from, last = from + <usize>count * sizeof<Key>(); at < last; at += sizeof<Key>()) {
    const key = load<Key>(at)
    const start = starts + (<usize>((key >> shift) & mask) << 2)
    const place = load<u32>(start)
    store<u32>(start, place + 1)
    store<Key>(to + <usize>place * sizeof<Key>(), key)
  }
}

@inline
function countDigits<Key>(from: usize, count: u32, shift: Key, mask: Key): u32 {
  memory.fill(starts, 0, <usize>(mask + 1) << 2)
  let most: u32 = 0
  for (let at = from, last = from + <usize>count * sizeof<Key>(); at < last; at += sizeof<Key>()) {
    const start = starts + (<usize>((load<Key>(at) >> shift) & mask) << 2)
    const own = load<u32>(start) + 1
    store<u32>(start, own)
    if (own > most) most = own
  }
  return most
}

/**
 * Sorts the rows of a node by their codes; rows with the same code stay in order.
 *
 * @returns Where the sorted keys are: code less `low`, above the row's place in the node.
 */
export function sortCodes<Key>(count: u32, low: u32, high: u32): usize {
  for (let i: u32 = 0; i < count; i++) {
    store<Key>(keys + <usize>i * sizeof<Key>(), ((<Key>load<u16>(codes + (<usize>i << 1)) - <Key>low) << itemBits<Key>()) | <Key>i)
  }
  if (count <= fewRows) {
    insertKeys<Key>(keys, count)
    return keys
  }
  const bits: u32 = 32 - clz<u32>(high - low)
  if (count <= bucketRows) {
    const bucketBits = min<u32>(bits, 32 - clz<u32>(count - 1))
    const shift = <Key>(bits - bucketBits) + itemBits<Key>()
    const mask = (<Key>1 << <Key>bucketBits) - 1
    if (bucketBits == bits || countDigits<Key>(keys, count, shift, mask) <= fullBucket) {
      if (bucketBits == bits) countDigits<Key>(keys, count, shift, mask)
      addUpStarts(<u32>mask + 1)
      deal<Key>(keys, otherKeys, count, shift, mask)
      if (bucketBits < bits) insertKeys<Key>(otherKeys, count)
      return otherKeys
    }
  }
  // digit by digit, the lowest first
  const passes: u32 = bits > 8 ? 2 : 1
  const digit = (bits + passes - 1) / passes
  const mask = (<Key>1 << <Key>digit) - 1
  let from = keys
  let to = otherKeys
  for (let pass: u32 = 0; pass < passes; pass++) {
    const shift = <Key>(pass * digit) + itemBits<Key>()
    countDigits<Key>(from, count, shift, mask)
    addUpStarts(<u32>mask + 1)
    deal<Key>(from, to, count, shift, mask)
    const other = from
    from = to
    to = other
  }
  return from
}
