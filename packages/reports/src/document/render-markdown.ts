import { renderSvg } from '../chart/render-svg.js'
import type { ReportBlock, ReportColumn, ReportDocument } from './report-document.js'

/** A report as text, and the pictures that it points to by their names. */
export interface MarkdownReport {
  readonly markdown: string
  readonly pictures: readonly { readonly name: string; readonly svg: string }[]
}

/**
 * A report as Markdown (with tables as GitHub writes them) and its pictures, to be stored beside it.
 *
 * @example
 * renderMarkdown({ title: 'Model card', sections: [] }).markdown // => '# Model card\n'
 */
export function renderMarkdown(report: ReportDocument): MarkdownReport {
  const pictures: { name: string; svg: string }[] = []
  const lines = [`# ${escapeMarkdown(report.title)}`]
  if (report.subtitle !== undefined) lines.push('', escapeMarkdown(report.subtitle))
  for (const { heading, blocks } of report.sections) {
    lines.push('', `## ${escapeMarkdown(heading)}`)
    for (const block of blocks) {
      lines.push('')
      if (block.kind === 'chart') {
        const name = `${pictures.length + 1}-${fileName(block.chart.title)}.svg`
        pictures.push({ name, svg: renderSvg(block.chart) })
        lines.push(`![${escapeMarkdown(block.chart.title)}](${name})`)
      } else lines.push(...renderBlock(block))
    }
  }
  return { markdown: `${lines.join('\n')}\n`, pictures }
}

function renderBlock(block: Exclude<ReportBlock, { kind: 'chart' }>): string[] {
  switch (block.kind) {
    case 'text': return [escapeMarkdown(block.text)]
    case 'warning': return [`> **Note:** ${escapeMarkdown(block.text)}`]
    case 'facts': return block.facts.map(({ name, value }) => `* **${escapeMarkdown(name)}:** ${escapeMarkdown(value)}`)
    case 'table': return renderTable(block.columns, block.rows)
  }
}

function renderTable(columns: readonly ReportColumn[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`
  return [
    line(columns.map(({ name }) => name)),
    `|${columns.map(({ numeric }) => numeric ? '--:' : '---').join('|')}|`,
    ...rows.map(line),
  ]
}

/** Names and words come from tickets: nothing of them becomes markup or leaves its line. */
function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|~]/g, (character) => `\\${character}`)
}

function fileName(title: string): string {
  return title.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60) || 'chart'
}
