import type { Chart } from './chart.js'
import { formatNumber } from './format-number.js'

/** The numbers of a chart in rows and columns, for who cannot see it or wants them exactly. */
export interface ChartTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** @returns What the chart shows, as text in a table. */
export function tableOfChart(chart: Chart): ChartTable {
  switch (chart.kind) {
    case 'line':
      return {
        columns: ['', chart.x.name, chart.y.name],
        rows: chart.lines.flatMap((line) => line.points.map(([x, y]) => [line.name, formatNumber(x), formatNumber(y)])),
      }
    case 'bar':
      return {
        columns: ['', chart.x.name, 'interval'],
        rows: chart.bars.map(({ label, value, interval }) => [
          label, formatNumber(value), interval ? `${formatNumber(interval[0])} to ${formatNumber(interval[1])}` : '–',
        ]),
      }
    case 'histogram':
      return {
        columns: ['', ...chart.series.map((series) => series.name)],
        rows: chart.bins.map((bin, index) => [bin, ...chart.series.map((series) => formatNumber(series.values[index]))]),
      }
    case 'heatmap':
      return {
        columns: [`${chart.rowName} \\ ${chart.columnName}`, ...chart.columns],
        rows: chart.rows.map((name, row) => [name, ...chart.columns.map((_, column) => formatNumber(chart.values[row]?.[column]))]),
      }
  }
}
