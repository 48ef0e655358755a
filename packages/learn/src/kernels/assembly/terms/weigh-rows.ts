/** What a 32-bit float counts up to. */
const mostCounted: u32 = 16777216
const l1: u32 = 1
const l2: u32 = 2

/**
 * Turns the pairs of a chunk's rows, in place, from term and count to column and TF-IDF value; those of terms without a column go. As
 * `weighCounts` has it: what the count is worth times idf, then scaled to the norm, rounded to 32 bits each time.
 */
export function weighRows(parameters: usize, task: u32): void {
  const rowCount = load<u32>(parameters)
  const chunkRows = load<u32>(parameters, 4)
  const rowPairs: usize = load<u32>(parameters, 8)
  const rowCounts: usize = load<u32>(parameters, 12)
  const rowLanes: usize = load<u32>(parameters, 16)
  const columnsOfLanes: usize = load<u32>(parameters, 20)
  const worths: usize = load<u32>(parameters, 24)
  const idf: usize = load<u32>(parameters, 28)
  const norm = load<u32>(parameters, 32)
  const end = min(rowCount, (task + 1) * chunkRows)
  for (let row = <usize>(task * chunkRows); row < <usize>end; row++) {
    const columns: usize = load<u32>(columnsOfLanes + (<usize>load<u8>(rowLanes + row) << 2))
    const first: usize = load<u32>(rowPairs + (row << 2))
    const stop = first + (<usize>load<u32>(rowCounts + (row << 2)) << 3)
    let next = first
    for (let pair = first; pair < stop; pair += 8) {
      const column = load<i32>(columns + (<usize>load<u32>(pair) << 2))
      if (column < 0) continue
      const count = min(load<u32>(pair, 4), mostCounted)
      store<u32>(next, column)
      store<f32>(next, <f32>(load<f64>(worths + (<usize>count << 3)) * load<f64>(idf + (<usize>column << 3))), 4)
      next += 8
    }
    scaleRow(first, next, norm)
    store<u32>(rowCounts + (row << 2), <u32>((next - first) >>> 3))
  }
}

@inline
function scaleRow(start: usize, end: usize, norm: u32): void {
  let sum: f64 = 0
  if (norm == l2) {
    for (let at = start; at < end; at += 8) sum += <f64>load<f32>(at, 4) * <f64>load<f32>(at, 4)
  } else if (norm == l1) {
    for (let at = start; at < end; at += 8) sum += abs<f64>(<f64>load<f32>(at, 4))
  }
  if (sum == 0) return
  const scale = 1 / (norm == l2 ? sqrt<f64>(sum) : sum)
  for (let at = start; at < end; at += 8) store<f32>(at, <f32>(<f64>load<f32>(at, 4) * scale), 4)
}
