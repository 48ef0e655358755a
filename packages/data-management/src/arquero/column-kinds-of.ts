import type { ColumnKinds, Dataset } from '@motadata/core'

/**
 * The kinds of a dataset's columns, to declare them where its rows are read again.
 *
 * @example
 * fromArquero(toArquero(dataset).filter((row) => row.impact > 1), columnKindsOf(dataset))
 */
export function columnKindsOf(dataset: Dataset): ColumnKinds {
  return Object.fromEntries([...dataset.columns].map(([name, column]) => [name, column.kind]))
}
