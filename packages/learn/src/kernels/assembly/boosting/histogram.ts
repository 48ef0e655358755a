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

/** @param blockBins - Of eight features, a byte each, row after row. */
@inline
function addRows<Width>(blockBins: usize, order: usize, gradients: usize, histogram: usize, start: usize, end: usize): void {
  let row = order + (start << 2)
  const last = order + (end << 2)
  for (; row < last; row += 4) {
    const offset = (<usize>load<u32>(row)) << 3
    addRow<Width>(histogram, load<u64>(blockBins + offset), load<i64>(gradients + offset))
  }
}

/**
 * Adds the packed gradients of some rows to the histogram of a block of eight features.
 *
 * @param binShift - 4, 6 or 8: the histogram has 2 ** binShift bins a feature, of eight bytes each.
 * @param order - Row numbers; those from `start` up to `end` are added.
 */
export function addToHistogram(
  blockBins: usize, order: usize, gradients: usize, histogram: usize, binShift: i32, start: usize, end: usize,
): void {
  if (binShift == 8) addRows<u32>(blockBins, order, gradients, histogram, start, end)
  else if (binShift == 6) addRows<u16>(blockBins, order, gradients, histogram, start, end)
  else addRows<u8>(blockBins, order, gradients, histogram, start, end)
}

/** Takes a histogram from another, which becomes that of the other child. */
export function subtractHistogram(from: usize, taken: usize, bytes: usize): void {
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    v128.store(from + offset, i64x2.sub(v128.load(from + offset), v128.load(taken + offset)))
  }
}
