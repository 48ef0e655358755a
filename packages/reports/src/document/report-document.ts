import type { Chart } from '../chart/chart.js'

/** A column of a table; numbers stand right. */
export interface ReportColumn {
  readonly name: string
  readonly numeric?: boolean
}

/** One piece of a report. */
export type ReportBlock =
  | { readonly kind: 'text'; readonly text: string }
  /** What nobody should overlook. */
  | { readonly kind: 'warning'; readonly text: string }
  | { readonly kind: 'facts'; readonly facts: readonly { readonly name: string; readonly value: string }[] }
  | { readonly kind: 'table'; readonly columns: readonly ReportColumn[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'chart'; readonly chart: Chart }

export interface ReportSection {
  readonly heading: string
  readonly blocks: readonly ReportBlock[]
}

/** A report as data: what it says, whatever it becomes. Texts are plain; whoever renders them escapes them. */
export interface ReportDocument {
  readonly title: string
  readonly subtitle?: string
  readonly sections: readonly ReportSection[]
}
