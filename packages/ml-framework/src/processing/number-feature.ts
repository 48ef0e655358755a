import type { CellValue, Column, ColumnOptions, NumberColumn } from '@motadata/core'
import {
  type FeatureColumn, type FeatureRow, FittedAffineScaler, FittedImputer, FittedScaler, MinMaxScaler, type ModelState, RobustScaler, SimpleImputer, StandardScaler,
} from '@motadata/learn'
import { type BlockOffsets, type ColumnBlocks, type ColumnFeature, type EncodingOutcome, isMissing } from './column-feature.js'
import { joinStates, splitState } from './nested-state.js'

const format = 'number-feature/1'
/** Farther from the mean than so many standard deviations, a number says no more; and a 32-bit float must hold it. */
const largestScaled = 1e6

/** A number scaled, another standing for a missing one, and beside it whether it was missing, if any was in training. */
export class NumberFeature implements ColumnFeature {
  readonly kind = 'number'
  readonly denseColumnCount: number
  readonly sparseColumnCount = 0
  readonly #imputer: FittedImputer
  readonly #scaler: FittedScaler | FittedAffineScaler
  readonly #given = new Float64Array(1)
  readonly #imputed: Float64Array

  constructor(imputer: FittedImputer, scaler: FittedScaler | FittedAffineScaler) {
    this.#imputer = imputer
    this.#scaler = scaler
    this.denseColumnCount = imputer.columnCount
    this.#imputed = new Float64Array(imputer.columnCount)
  }

  static fit({ values }: NumberColumn, { scaling = 'standard', imputation = 'median' }: ColumnOptions = {}): NumberFeature {
    const strategy = ({ 'median': 'median', 'mean': 'mean', 'most-frequent': 'most_frequent', 'zero': 'constant' } as const)[imputation]
    const imputer = new SimpleImputer({ strategy, addIndicator: true }).fit([values])
    return new NumberFeature(imputer, fitScaler(scaling, imputer.transform([values]).slice(0, 1)))
  }

  get sizeBytes(): number {
    return this.#imputer.sizeBytes + this.#scaler.sizeBytes + this.#given.byteLength + this.#imputed.byteLength
  }

  get use(): string {
    return this.denseColumnCount > 1 ? 'number: scaled; median where missing, and whether it was' : 'number: scaled'
  }

  featureColumns(source: string): FeatureColumn[] {
    const value: FeatureColumn = { name: source, source, kind: 'number' }
    return this.denseColumnCount > 1 ? [value, { name: `${source} is missing`, source, kind: 'missing' }] : [value]
  }

  encodeColumn(column: Column): ColumnBlocks {
    const { values } = column as NumberColumn
    const width = this.denseColumnCount
    const block = new Float32Array(values.length * width)
    for (let row = 0; row < values.length; row++) this.#encode(values[row]!, block, row * width)
    return { dense: { rowCount: values.length, columnCount: width, values: block } }
  }

  encodeValue(value: CellValue | undefined, row: FeatureRow, offsets: BlockOffsets): EncodingOutcome {
    const missing = isMissing(value)
    if (!missing && !(typeof value === 'number' && Number.isFinite(value))) return 'invalid'
    this.#encode(missing ? Number.NaN : (value as number), row.dense, offsets.dense)
    return 'encoded'
  }

  #encode(value: number, out: Float32Array, start: number): void {
    this.#given[0] = value
    const imputed = this.#imputed
    this.#imputer.transformRow(this.#given, imputed)
    this.#given[0] = imputed[0]!
    this.#scaler.transformRow(this.#given, out, start)
    out[start] = Math.min(Math.max(out[start]!, -largestScaled), largestScaled)
    for (let column = 1; column < imputed.length; column++) out[start + column] = imputed[column]!
  }

  toState(): ModelState {
    return joinStates(format, {}, { imputer: this.#imputer.toState(), scaler: this.#scaler.toState() })
  }

  static load(state: ModelState): NumberFeature {
    const { imputer, scaler } = splitState(state, format, ['imputer', 'scaler'])
    return new NumberFeature(FittedImputer.load(imputer!), loadScaler(scaler!))
  }
}

function fitScaler(scaling: NonNullable<ColumnOptions['scaling']>, columns: readonly Float64Array[]): FittedScaler | FittedAffineScaler {
  switch (scaling) {
    case 'standard': return new StandardScaler().fit(columns)
    case 'min-max': return new MinMaxScaler().fit(columns)
    case 'robust': return new RobustScaler().fit(columns)
    case 'none': return new FittedAffineScaler(Float64Array.of(0), Float64Array.of(1))
  }
}

function loadScaler(state: ModelState): FittedScaler | FittedAffineScaler {
  return state.format.startsWith('affine-scaler/') ? FittedAffineScaler.load(state) : FittedScaler.load(state)
}
