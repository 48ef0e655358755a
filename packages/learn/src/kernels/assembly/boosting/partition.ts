/**
 * Deals a chunk of a node's rows to its two children, keeping their order: left rows to one buffer, right rows to another. No branch
 * depends on the data.
 */
export function partitionChunk(parameters: usize, task: usize): void {
  const column: usize = load<u32>(parameters)
  const order: usize = load<u32>(parameters, 4)
  const chunkRows: usize = load<u32>(parameters, 24)
  const table: usize = load<u32>(parameters, 28)
  const counts: usize = load<u32>(parameters, 32)
  const start = <usize>load<u32>(parameters, 16) + task * chunkRows
  const end = min(start + chunkRows, <usize>load<u32>(parameters, 20))
  const leftStart: usize = <usize>load<u32>(parameters, 8) + (start << 2)
  let left = leftStart
  let right: usize = <usize>load<u32>(parameters, 12) + (start << 2)
  const last = order + (end << 2)
  for (let at = order + (start << 2); at < last; at += 4) {
    const row = load<u32>(at)
    const goesLeft = <usize>load<u8>(table + <usize>load<u8>(column + <usize>row))
    store<u32>(left, row)
    store<u32>(right, row)
    left += goesLeft << 2
    right += (1 - goesLeft) << 2
  }
  store<u32>(counts + (task << 2), <u32>((left - leftStart) >> 2))
}

/** Moves a chunk's rows from the buffers to where they belong in the order: two places a chunk, for left rows and for right ones. */
export function gatherChunk(parameters: usize, task: usize): void {
  const order: usize = load<u32>(parameters, 4)
  const chunkRows: usize = load<u32>(parameters, 24)
  const places: usize = <usize>load<u32>(parameters, 36) + (task << 3)
  const start = <usize>load<u32>(parameters, 16) + task * chunkRows
  const end = min(start + chunkRows, <usize>load<u32>(parameters, 20))
  const leftCount: usize = load<u32>(<usize>load<u32>(parameters, 32) + (task << 2))
  memory.copy(order + ((<usize>load<u32>(places)) << 2), <usize>load<u32>(parameters, 8) + (start << 2), leftCount << 2)
  memory.copy(order + ((<usize>load<u32>(places, 4)) << 2), <usize>load<u32>(parameters, 12) + (start << 2), (end - start - leftCount) << 2)
}
