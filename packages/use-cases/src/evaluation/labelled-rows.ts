import { cellAt, type Dataset, getColumn, type Instance } from '@motadata/core'

/** Rows to predict about and what the answers should be, in the same order. */
export interface LabelledRows {
  readonly instances: readonly Instance[]
  readonly labels: readonly string[]
  readonly rowsWithoutTarget: number
  readonly rowsWithoutInputs: number
}

/**
 * The rows of a dataset as instances with labels.
 *
 * @param options.inputs - Columns that instances carry; those that the dataset lacks are missing in all.
 * @param options.required - Columns without which a row is left out.
 * @throws MLError `COLUMN_MISSING` when the target is not there
 */
export function labelledRows(
  dataset: Dataset,
  options: { readonly target: string; readonly inputs: readonly string[]; readonly required: readonly string[] },
): LabelledRows {
  const target = getColumn(dataset, options.target)
  const columns = options.inputs.flatMap((name) => {
    const column = dataset.columns.get(name)
    return column === undefined ? [] : [[name, column] as const]
  })
  const instances: Instance[] = []
  const labels: string[] = []
  let rowsWithoutTarget = 0
  let rowsWithoutInputs = 0
  for (let row = 0; row < dataset.rowCount; row++) {
    const label = cellAt(target, row)
    const cells = columns.flatMap(([name, column]) => {
      const cell = cellAt(column, row)
      return cell === null ? [] : [[name, cell] as const]
    })
    const present = new Set(cells.map(([name]) => name))
    if (label === null) rowsWithoutTarget++
    else if (!options.required.every((name) => present.has(name))) rowsWithoutInputs++
    else {
      labels.push(String(label))
      instances.push(Object.fromEntries(cells))
    }
  }
  return { instances, labels, rowsWithoutTarget, rowsWithoutInputs }
}
