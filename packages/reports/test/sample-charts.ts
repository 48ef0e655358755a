import type { Chart } from '../src/index.js'

export const hostileName = '<script>alert(1)</script> & "friends" | `x` [y](javascript:z)'

export const sampleCharts: readonly Chart[] = [
  {
    kind: 'line', title: 'Calibration', x: { name: 'predicted probability', minimum: 0, maximum: 1 }, y: { name: 'observed share', minimum: 0, maximum: 1 },
    lines: [
      { name: 'perfect', reference: true, points: [[0, 0], [1, 1]] },
      { name: hostileName, points: [[0.1, 0.12], [0.5, Number.NaN], [0.9, 0.93]] },
    ],
  },
  { kind: 'line', title: 'Learning curve', x: { name: 'rows', logarithmic: true }, y: { name: 'accuracy' }, lines: [{ name: 'accuracy', points: [[50, 0.4], [8000, 0.84]] }] },
  {
    kind: 'bar', title: 'F1 a class', x: { name: 'F1', minimum: 0, maximum: 1 },
    bars: [{ label: hostileName, value: 0.83, interval: [0.8, 0.86] }, { label: 'no rows', value: Number.NaN }],
  },
  { kind: 'histogram', title: 'Age', y: { name: 'share' }, bins: ['0–1', '1–2'], series: [{ name: 'reference', values: [0.25, 0.75] }, { name: 'current', values: [0.5, 0.5] }] },
  { kind: 'heatmap', title: 'Confusion', rowName: 'actual', columnName: 'predicted', rows: ['a', hostileName], columns: ['a', 'b'], values: [[120, 4], [3, 88]] },
]

export const emptyCharts: readonly Chart[] = [
  { kind: 'line', title: 'no lines', x: { name: 'x' }, y: { name: 'y' }, lines: [] },
  { kind: 'bar', title: 'no bars', x: { name: 'x' }, bars: [] },
  { kind: 'histogram', title: 'no bins', y: { name: 'y' }, bins: [], series: [] },
  { kind: 'heatmap', title: 'no cells', rowName: 'r', columnName: 'c', rows: [], columns: [], values: [] },
]
