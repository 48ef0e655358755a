/** A value axis of a chart. */
export interface ChartAxis {
  /** With its unit, such as `predicted probability` or `tickets a day`. */
  readonly name: string
  readonly minimum?: number
  readonly maximum?: number
  /** For values over several orders of magnitude, all above 0. */
  readonly logarithmic?: boolean
}

/** One line of a chart: points in the order in which they are joined. A point that is not finite leaves a gap. */
export interface ChartLine {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
  /** What to compare with, drawn dashed and grey. */
  readonly reference?: boolean
}

/** How one number follows another: a calibration curve, a learning curve, a series over time. */
export interface LineChart {
  readonly kind: 'line'
  readonly title: string
  readonly x: ChartAxis
  readonly y: ChartAxis
  readonly lines: readonly ChartLine[]
}

/** One bar: a value, and where it is known, the interval that it lies in. */
export interface ChartBar {
  readonly label: string
  readonly value: number
  readonly interval?: readonly [low: number, high: number]
}

/** Values side by side, in the order given, one below the other: metrics a class, contributions, importances. */
export interface BarChart {
  readonly kind: 'bar'
  readonly title: string
  readonly x: ChartAxis
  readonly bars: readonly ChartBar[]
}

/** Shares of the same bins, side by side: a reference beside what is there now. */
export interface HistogramChart {
  readonly kind: 'histogram'
  readonly title: string
  readonly y: ChartAxis
  readonly bins: readonly string[]
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[]
}

/** A table of numbers as colours: a confusion matrix, correlations. */
export interface HeatmapChart {
  readonly kind: 'heatmap'
  readonly title: string
  readonly rowName: string
  readonly columnName: string
  readonly rows: readonly string[]
  readonly columns: readonly string[]
  /** shape (rows, columns), row by row */
  readonly values: readonly (readonly number[])[]
}

/** A picture as data: what it says, not how it is drawn. */
export type Chart = LineChart | BarChart | HistogramChart | HeatmapChart
