import type { DenseRows, SparseRows } from '../src/index.js'

/** Sparse rows as nested arrays. */
export function toNested(rows: SparseRows): number[][] {
  return Array.from({ length: rows.rowCount }, (_, row) => {
    const line = new Array<number>(rows.columnCount).fill(0)
    for (let i = rows.rowPointers[row]; i < rows.rowPointers[row + 1]; i++) line[rows.columnIndices[i]] += rows.values[i]
    return line
  })
}

/** The non-zero values of nested arrays. */
export function toSparse(lines: readonly (readonly number[])[], columnCount = lines[0]?.length ?? 0): SparseRows {
  const pairs = lines.map((line) => line.map((value, column) => [column, value] as const).filter(([, value]) => value !== 0))
  const rowPointers = new Uint32Array(lines.length + 1)
  pairs.forEach((line, row) => (rowPointers[row + 1] = rowPointers[row] + line.length))
  return {
    rowCount: lines.length,
    columnCount,
    rowPointers,
    columnIndices: Uint32Array.from(pairs.flat(), ([column]) => column),
    values: Float32Array.from(pairs.flat(), ([, value]) => value),
  }
}

export function toDense(lines: readonly (readonly number[])[]): DenseRows {
  return { rowCount: lines.length, columnCount: lines[0]?.length ?? 0, values: Float32Array.from(lines.flat()) }
}

/** Compares numbers one by one, NaN with null. */
export function expectClose(received: ArrayLike<number>, expected: ArrayLike<number | null>, tolerance: number): void {
  expect(received.length).toBe(expected.length)
  for (let i = 0; i < expected.length; i++) {
    const wanted = expected[i] ?? Number.NaN
    const close = Object.is(received[i], wanted) || Math.abs(received[i] - wanted) <= tolerance
    if (!close) throw new Error(`Expected ${wanted} at ${i}, got ${received[i]}, more than ${tolerance} away.`)
  }
}

/** The code of the error that an action throws. */
export function codeOf(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return (error as { code?: unknown }).code ?? error
  }
  return undefined
}
