/** Bins of a feature in a histogram: 16, 64 or 256, by the width of the type. */
@inline
function stride<Width>(): usize {
  return sizeof<Width>() == 1 ? 16 : sizeof<Width>() == 2 ? 64 : 256
}

/** Adds a row's packed gradient to the bin that each of eight features has for it. */
@inline
function addRow<Width>(histogram: usize, bins: u64, gradient: i64): void {
  let at: usize
  at = histogram + ((<usize>(bins & 255)) << 3)
  store<i64>(at, load<i64>(at) + gradient)
  at = histogram + ((<usize>((bins >> 8) & 255)) << 3)
  store<i64>(at, load<i64>(at, stride<Width>() * 8) + gradient, stride<Width>() * 8)
  at = histogram + ((<usize>((bins >> 16) & 255)) << 3)
  store<i64>(at, load<i64>(at, stride<Width>() * 16) + gradient, stride<Width>() * 16)
  at = histogram + ((<usize>((bins >> 24) & 255)) << 3)
  store<i64>(at, load<i64>(at, stride<Width>() * 24) + gradient, stride<Width>() * 24)
  at = histogram + ((<usize>((bins >> 32) & 255)) << 3)
  store<i64>(at, load<i64>(at, stride<Width>() * 32) + gradient, stride<Width>() * 32)
  at = histogram + ((<usize>((bins >> 40) & 255)) << 3)
  store<i64>(at, load<i64>(at, stride<Width>() * 40) + gradient, stride<Width>() * 40)
  at = histogram + ((<usize>((bins >> 48) & 255)) << 3)
  store<i64>(at, load<i64>(at, stride<Width>() * 48) + gradient, stride<Width>() * 48)
  at = histogram + ((<usize>(bins >> 56)) << 3)
  store<i64>(at, load<i64>(at, stride<Width>() * 56) + gradient, stride<Width>() * 56)
}

/** Rows that are gathered before they are added: as many as stay in the cache. */
const CHUNK_ROWS: usize = 512

@inline
function addRows<Width>(bins: usize, stride: usize, gradients: usize, histogram: usize, count: usize): void {
  const last = gradients + (count << 3)
  for (let gradient = gradients; gradient < last; gradient += 8) {
    addRow<Width>(histogram, load<u64>(bins), load<i64>(gradient))
    bins += stride
  }
}

/** Copies bins and packed gradients of some rows next to each other. */
@inline
function gatherRows(panel: usize, stride: usize, gradients: usize, row: usize, count: usize, bins: usize, packed: usize): void {
  const last = row + (count << 2)
  for (; row < last; row += 4) {
    const own: usize = load<u32>(row)
    const from = panel + own * stride
    for (let offset: usize = 0; offset < stride; offset += 16) v128.store(bins + offset, v128.load(from + offset))
    store<i64>(packed, load<i64>(gradients + (own << 3)))
    bins += stride
    packed += 8
  }
}

/**
 * Adds the packed gradients of a part of a node's rows to histograms of a panel: up to eight blocks of eight features each, whose bins of
 * a row lie next to each other. A task is a panel and a part.
 *
 * A block's histogram has 16, 64 or 256 bins a feature, of eight bytes each, as its description says. The first part has the node's
 * histogram for itself, each further one a histogram of its own, to be added to it.
 */
export function buildHistogram(parameters: usize, task: usize): void {
  const parts: usize = load<u32>(parameters, 4)
  const panel: usize = <usize>load<u32>(parameters) + ((task / parts) << 4)
  const part = task % parts
  const order: usize = load<u32>(parameters, 8)
  const first: usize = load<u32>(parameters, 12)
  const rows: usize = <usize>load<u32>(parameters, 16) - first
  const gradients: usize = load<u32>(parameters, 20)
  const histogramBytes: usize = load<u32>(parameters, 32)
  const histogram: usize = part == 0 ? <usize>load<u32>(parameters, 24) : <usize>load<u32>(parameters, 28) + (part - 1) * histogramBytes
  const blockTable: usize = load<u32>(parameters, 36)
  const buffer: usize = <usize>load<u32>(parameters, 40) + task * (CHUNK_ROWS * 72)
  const isActive: usize = load<u32>(parameters, 44)
  const bins: usize = load<u32>(panel)
  const stride: usize = load<u32>(panel, 4)
  const firstBlock: usize = load<u32>(panel, 8)
  const lastBlock = firstBlock + <usize>load<u32>(panel, 12)
  for (let block = firstBlock; block < lastBlock; block++) {
    const description = blockTable + (block << 3)
    memory.fill(histogram + <usize>load<u32>(description, 4), 0, (<usize>64) << load<u32>(description))
  }
  const end = first + rows * (part + 1) / parts
  for (let start = first + rows * part / parts; start < end; start += CHUNK_ROWS) {
    const count = min(CHUNK_ROWS, end - start)
    const packed = buffer + CHUNK_ROWS * 64
    gatherRows(bins, stride, gradients, order + (start << 2), count, buffer, packed)
    for (let block = firstBlock; block < lastBlock; block++) {
      if (load<u8>(isActive + block) == 0) continue
      const description = blockTable + (block << 3)
      const shift = load<u32>(description)
      const own = histogram + <usize>load<u32>(description, 4)
      const at = buffer + ((block - firstBlock) << 3)
      if (shift == 8) addRows<u32>(at, stride, packed, own, count)
      else if (shift == 6) addRows<u16>(at, stride, packed, own, count)
      else addRows<u8>(at, stride, packed, own, count)
    }
  }
}

/** Adds a histogram to another. */
export function addHistogram(to: usize, added: usize, bytes: usize): void {
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    v128.store(to + offset, i64x2.add(v128.load(to + offset), v128.load(added + offset)))
  }
}

/** Takes a histogram from another, which becomes that of the other child. */
export function subtractHistogram(from: usize, taken: usize, bytes: usize): void {
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    v128.store(from + offset, i64x2.sub(v128.load(from + offset), v128.load(taken + offset)))
  }
}
