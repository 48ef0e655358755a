import { type ClassificationTarget, type FeatureMatrix, StandardScaler } from '../src/index.js'
import { readFixture } from './fixtures/read-fixture.js'
import { toDense } from './sparse-matrix.js'

export type DatasetName = 'iris' | 'wine' | 'breast_cancer'

export interface ScaledPart {
  readonly X: FeatureMatrix
  readonly lines: number[][]
  readonly target: ClassificationTarget
  /** The first column before scaling. */
  readonly numbers: Float64Array
}

const { datasets } = readFixture<{ readonly datasets: Record<DatasetName, { readonly X: number[][]; readonly y: number[] }> }>('logistic-regression')

/** Training and test rows (every fifth) of scikit-learn's toy data, scaled by the training rows. */
export function scaledDataset(name: DatasetName): { readonly train: ScaledPart; readonly test: ScaledPart } {
  const { X, y } = datasets[name]
  const classes = Array.from({ length: Math.max(...y) + 1 }, (_, code) => String(code))
  const rowsOf = (isTest: boolean): number[] => X.map((_, row) => row).filter((row) => (row % 5 === 0) === isTest)
  const columns = (rows: readonly number[]): Float64Array[] => X[0].map((_, column) => Float64Array.from(rows, (row) => X[row][column]))
  const scaler = new StandardScaler().fit(columns(rowsOf(false)))
  const part = (rows: readonly number[]): ScaledPart => {
    const scaled = scaler.transform(columns(rows))
    const lines = rows.map((_, row) => scaled.map((column) => column[row]))
    return {
      lines, X: { rowCount: rows.length, dense: toDense(lines) },
      target: { classes, codes: Int32Array.from(rows, (row) => y[row]) }, numbers: Float64Array.from(rows, (row) => X[row][0]),
    }
  }
  return { train: part(rowsOf(false)), test: part(rowsOf(true)) }
}
