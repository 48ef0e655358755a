import { tableOfChart } from '../chart/chart-table.js'
import { renderSvg } from '../chart/render-svg.js'
import type { ReportBlock, ReportColumn, ReportDocument } from './report-document.js'

/**
 * A report as one HTML page: pictures inside, no scripts, nothing loaded from elsewhere. Reads in light and dark, on paper too;
 * under each picture its numbers can be unfolded.
 *
 * @example
 * renderHtml({ title: 'Model card', sections: [] }).startsWith('<!doctype html>') // => true
 */
export function renderHtml(report: ReportDocument): string {
  const contents = report.sections.length > 3
    ? `<nav aria-label="Contents"><ul>${report.sections.map(({ heading }, at) => `<li><a href="#part-${at}">${escapeHtml(heading)}</a></li>`).join('')}</ul></nav>`
    : ''
  const sections = report.sections.map(({ heading, blocks }, at) =>
    `<section id="part-${at}"><h2>${escapeHtml(heading)}</h2>\n${blocks.map(renderBlock).join('\n')}</section>`)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(report.title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<header><h1>${escapeHtml(report.title)}</h1>${report.subtitle === undefined ? '' : `<p>${escapeHtml(report.subtitle)}</p>`}</header>
${contents}
${sections.join('\n')}
</main>
</body>
</html>
`
}

function renderBlock(block: ReportBlock): string {
  switch (block.kind) {
    case 'text': return `<p>${escapeHtml(block.text)}</p>`
    case 'warning': return `<p class="warning" role="note">${escapeHtml(block.text)}</p>`
    case 'facts':
      return `<dl>${block.facts.map(({ name, value }) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join('')}</dl>`
    case 'table': return renderTable(block.columns, block.rows)
    case 'chart': {
      const { columns, rows } = tableOfChart(block.chart)
      const table = renderTable(columns.map((name, at) => ({ name, numeric: at > 0 })), rows)
      const title = escapeHtml(block.chart.title)
      const picture = renderSvg(block.chart).replace('<svg ', `<svg role="img" aria-label="${title}" `)
      return `<figure>${picture}<figcaption><details><summary>${title}: the numbers</summary>${table}</details></figcaption></figure>`
    }
  }
}

function renderTable(columns: readonly ReportColumn[], rows: readonly (readonly string[])[]): string {
  const attribute = (at: number): string => columns[at]?.numeric ? ' class="number"' : ''
  const head = columns.map(({ name }, at) => `<th scope="col"${attribute(at)}>${escapeHtml(name)}</th>`).join('')
  const body = rows.map((row) => `<tr>${row.map((cell, at) => `<td${attribute(at)}>${escapeHtml(cell)}</td>`).join('')}</tr>`).join('\n')
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!)
}

const style = `
:root { color-scheme: light dark; --line: #d5d9df; --soft: #f4f6f8; --warn: #fff4e0; }
@media (prefers-color-scheme: dark) { :root { --line: #3a4048; --soft: #22262b; --warn: #3d2f14; } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
h1 { margin-bottom: 0; } header p { margin-top: .25rem; opacity: .75; } h2 { border-bottom: 1px solid var(--line); padding-bottom: .25rem; margin-top: 2rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: .5rem 1rem; background: var(--soft); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem; } dt { opacity: .75; } dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .25rem .75rem; border-bottom: 1px solid var(--line); } .number { text-align: right; }
figure { margin: 1rem 0; } figure svg { max-width: 100%; height: auto; border: 1px solid var(--line); }
.warning { background: var(--warn); border-left: 4px solid #e69f00; padding: .5rem 1rem; }
@media print { nav, details { display: none; } section { break-inside: avoid; } }
`
