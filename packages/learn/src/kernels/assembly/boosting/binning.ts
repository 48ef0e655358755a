/**
 * Bins of a block of eight features for a chunk of rows: a task is a block.
 *
 * A feature's description: its column in the chunk, −1 for one that is not binned here; its 255 upper edges, rising, the rest infinite;
 * where its bins go: the address of row 0 and the distance of rows, and the address of row 0 in a column of its own.
 * A value gets the number of edges below it, plus 1; a missing value gets 0.
 */
export function binChunk(parameters: usize, task: usize): void {
  const values: usize = load<u32>(parameters)
  const width: usize = load<u32>(parameters, 4)
  const rowCount: usize = load<u32>(parameters, 8)
  const columns: usize = <usize>load<u32>(parameters, 12) + (task << 5)
  const edges: usize = <usize>load<u32>(parameters, 16) + (task << 13)
  const places: usize = <usize>load<u32>(parameters, 20) + task * 96
  const start: usize = load<u32>(parameters, 24)
  for (let position: usize = 0; position < 8; position++) {
    const column = load<i32>(columns + (position << 2))
    if (column < 0) continue
    const first = values + ((<usize>column) << 2)
    const own = edges + (position << 10)
    const stride: usize = load<u32>(places + position * 12, 4)
    const inRow = <usize>load<u32>(places + position * 12) + start * stride
    const inColumn = <usize>load<u32>(places + position * 12, 8) + start
    for (let row: usize = 0; row < rowCount; row++) {
      const value = load<f32>(first + ((row * width) << 2))
      let below: usize = 0
      for (let step: usize = 128; step > 0; step >>= 1) {
        below += select<usize>(step, 0, load<f32>(own + ((below + step - 1) << 2)) < value)
      }
      const bin = select<u8>(<u8>(below + 1), 0, value == value)
      store<u8>(inRow + row * stride, bin)
      store<u8>(inColumn + row, bin)
    }
  }
}
