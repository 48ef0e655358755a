import type { BarChart, Chart, ChartAxis, HeatmapChart, HistogramChart, LineChart } from './chart.js'
import { formatNumber } from './format-number.js'

/** Okabe and Ito (2008): told apart by people who do not see all colours. */
const palette = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000']
const grey = '#8a9099'
const longestLabel = 28

/** An option object of the charting library, and the height that it needs. */
export interface DrawnChart {
  readonly option: Readonly<Record<string, unknown>>
  readonly heightPixels: number
}

/** @returns How the charting library is told to draw a chart. */
export function optionsOfChart(chart: Chart): DrawnChart {
  switch (chart.kind) {
    case 'line': return { option: { ...frame(chart.title, chart.lines.length > 1), ...lineOption(chart) }, heightPixels: 340 }
    case 'bar': return { option: { ...frame(chart.title, false), ...barOption(chart) }, heightPixels: 100 + 24 * Math.max(1, chart.bars.length) }
    case 'histogram': return { option: { ...frame(chart.title, chart.series.length > 1), ...histogramOption(chart) }, heightPixels: 320 }
    case 'heatmap': return { option: { ...frame(chart.title, false), ...heatmapOption(chart) }, heightPixels: 150 + 30 * Math.max(1, chart.rows.length) }
  }
}

function frame(title: string, legend: boolean): Record<string, unknown> {
  return {
    animation: false,
    color: palette,
    backgroundColor: '#ffffff',
    title: { text: title, left: 'center', top: 8, textStyle: { fontSize: 14, fontWeight: 600 } },
    ...(legend ? { legend: { bottom: 4 } } : {}),
    grid: { top: 48, bottom: legend ? 44 : 14, left: 24, right: 32, outerBoundsMode: 'same', outerBoundsContain: 'all' },
  }
}

function valueAxis(axis: ChartAxis, vertical: boolean): Record<string, unknown> {
  return {
    type: axis.logarithmic ? 'log' : 'value',
    name: axis.name,
    nameLocation: 'middle',
    nameGap: vertical ? 44 : 28,
    ...(axis.minimum === undefined ? { scale: !vertical } : { min: axis.minimum }),
    ...(axis.maximum === undefined ? {} : { max: axis.maximum }),
    axisLabel: { formatter: (value: number) => formatNumber(value) },
  }
}

function labelAxis(labels: readonly string[], name: string | undefined, inverse: boolean): Record<string, unknown> {
  return {
    type: 'category', data: labels.map(shorten), inverse, axisTick: { show: false }, axisLabel: { interval: 0, hideOverlap: false },
    ...(name === undefined ? {} : { name, nameLocation: 'middle', nameGap: 30 }),
  }
}

function lineOption(chart: LineChart): Record<string, unknown> {
  return {
    xAxis: valueAxis(chart.x, false),
    yAxis: valueAxis(chart.y, true),
    series: chart.lines.map((line) => ({
      type: 'line', name: line.name,
      data: line.points.map(([x, y]) => [x, Number.isFinite(y) ? y : null]),
      ...(line.reference
        ? { showSymbol: false, lineStyle: { type: 'dashed', color: grey, width: 1.5 }, itemStyle: { color: grey } }
        : { showSymbol: line.points.length <= 60, symbolSize: 6 }),
    })),
  }
}

function barOption(chart: BarChart): Record<string, unknown> {
  const whiskers = chart.bars.flatMap(({ interval }, row) => interval
    ? [[{ coord: [interval[0], row] }, { coord: [interval[1], row] }]]
    : [])
  return {
    xAxis: { ...valueAxis(chart.x, false), scale: false },
    yAxis: labelAxis(chart.bars.map(({ label }) => label), undefined, true),
    series: [{
      type: 'bar', barMaxWidth: 14,
      data: chart.bars.map(({ value }) => ({ value: Number.isFinite(value) ? value : null, itemStyle: { color: value < 0 ? palette[1] : palette[0] } })),
      markLine: { symbol: ['none', 'none'], silent: true, lineStyle: { type: 'solid', color: '#222222', width: 1.5 }, label: { show: false }, data: whiskers },
    }],
  }
}

function histogramOption(chart: HistogramChart): Record<string, unknown> {
  return {
    xAxis: { ...labelAxis(chart.bins, undefined, false), axisLabel: { interval: 'auto', rotate: chart.bins.length > 8 ? 40 : 0 } },
    yAxis: valueAxis({ minimum: 0, ...chart.y }, true),
    series: chart.series.map(({ name, values }) => ({ type: 'bar', name, data: [...values] })),
  }
}

function heatmapOption(chart: HeatmapChart): Record<string, unknown> {
  const cells = chart.rows.flatMap((_, row) => chart.columns.map((__, column) => [column, row, chart.values[row]?.[column] ?? 0]))
  const largest = Math.max(1e-12, ...cells.map(([, , value]) => value!))
  const showNumbers = chart.columns.length <= 16
  return {
    xAxis: { ...labelAxis(chart.columns, chart.columnName, false), axisLabel: { interval: 0, rotate: 40 }, nameGap: 74 },
    yAxis: { ...labelAxis(chart.rows, chart.rowName, true), nameGap: 120 },
    visualMap: { show: false, min: 0, max: largest, inRange: { color: ['#ffffff', '#0072b2'] } },
    series: [{
      type: 'heatmap',
      data: cells.map(([column, row, value]) => ({
        value: [column, row, value],
        label: { show: showNumbers, color: value! > largest * 0.55 ? '#ffffff' : '#222222', formatter: () => formatNumber(value) },
      })),
    }],
  }
}

function shorten(label: string): string {
  const letters = [...label]
  return letters.length > longestLabel ? `${letters.slice(0, longestLabel - 1).join('')}…` : label
}
