import { type ReportDocument, renderHtml, renderMarkdown } from '../../src/index.js'
import { hostileName, sampleCharts } from '../sample-charts.js'

const report: ReportDocument = {
  title: `Model card of ${hostileName}`,
  subtitle: 'version 3',
  sections: [
    { heading: 'What it is', blocks: [{ kind: 'text', text: hostileName }, { kind: 'facts', facts: [{ name: hostileName, value: hostileName }] }] },
    { heading: hostileName, blocks: [{ kind: 'warning', text: 'does not beat its baseline' }] },
    { heading: 'Numbers', blocks: [{ kind: 'table', columns: [{ name: 'class' }, { name: 'F1', numeric: true }], rows: [[hostileName, '0.83'], ['two\nlines', '0.1']] }] },
    { heading: 'Pictures', blocks: sampleCharts.map((chart) => ({ kind: 'chart', chart })) },
  ],
}

describe('HTML', () => {
  const html = renderHtml(report)

  test('holds everything and loads nothing', () => {
    for (const text of ['version 3', 'does not beat its baseline', '0.83', 'F1 a class']) expect(html).toContain(text)
    expect(html.match(/<svg /g)).toHaveLength(sampleCharts.length)
    expect(html).not.toMatch(/\bsrc=|<link|@import|url\((?!#)|<script/)
  })

  test('shows names as they are, never as markup', () => {
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;friends&quot;')
  })

  test('every contents link has its section', () => {
    const targets = [...html.matchAll(/href="#([^"]+)"/g)].map(([, target]) => target!)
    expect(targets).toHaveLength(4)
    for (const target of targets) expect(html).toContain(`id="${target}"`)
  })

  test('a picture says what it is and has its numbers', () => {
    expect(html).toContain('<svg role="img" aria-label="Confusion"')
    expect(html).toContain('<summary>Confusion: the numbers</summary>')
  })
})

describe('Markdown', () => {
  const { markdown, pictures } = renderMarkdown(report)

  test('points to every picture that comes with it', () => {
    expect(pictures.map(({ name }) => name)).toEqual(['1-calibration.svg', '2-learning-curve.svg', '3-f1-a-class.svg', '4-age.svg', '5-confusion.svg'])
    for (const { name, svg } of pictures) {
      expect(markdown).toContain(`](${name})`)
      expect(svg).toMatch(/^<svg /)
    }
  })

  test('keeps a row of a table in its line and names out of the markup', () => {
    expect(markdown).toContain('| two lines | 0.1 |')
    expect(markdown).not.toMatch(/[^\\]<script|[^\\]\]\(javascript/)
    expect(markdown).toContain('\\| \\`x\\`')
  })
})
