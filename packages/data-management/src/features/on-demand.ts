import { type CellValue, MLError, type OnDemandFeature } from '@motadata/core'
import { requestColumn } from './check-definition.js'
import type { TransformationRegistry } from './transformations.js'

export interface OnDemandInputs {
  readonly rowCount: number
  /** Of a feature of the view that is stored. */
  stored(name: string): (row: number) => CellValue
  /** Of what was asked for; undefined when it did not bring the column. */
  requested(column: string): ((row: number) => CellValue) | undefined
}

/** The values of a feature that is made on demand: the one place where it is made, for online and offline. @throws MLError `COLUMN_MISSING`, `TRANSFORMATION_FAILED` */
export function onDemandValues(feature: OnDemandFeature, inputs: OnDemandInputs, transformations: TransformationRegistry): CellValue[] {
  const readers = feature.inputs.map((input) => {
    const column = requestColumn(input)
    if (column === undefined) return inputs.stored(input)
    const reader = inputs.requested(column)
    if (!reader) throw new MLError('COLUMN_MISSING', `Expected '${column}' beside the keys, which '${feature.name}' is made of, got none. Send it along.`, { details: { column, feature: feature.name } })
    return reader
  })
  return Array.from({ length: inputs.rowCount }, (_, row) =>
    transformations.apply(feature.transformation, readers.map((read) => read(row)), { feature: feature.name, kind: feature.kind, row }))
}
