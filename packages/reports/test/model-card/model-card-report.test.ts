import { modelCardReport, renderHtml, renderMarkdown, type ReportDocument } from '../../src/index.js'
import { barestCard, sampleCard } from '../sample-card.js'

const headings = (report: ReportDocument): string[] => report.sections.map(({ heading }) => heading)

test('a full card has every section, a bare one only what it knows of', () => {
  expect(headings(modelCardReport(sampleCard))).toEqual([
    'What it is for', 'Quality on held-out rows', 'Calibration', 'Promised precision', 'Sets of classes', 'Slices', 'What weighs most', 'Data', 'Estimator',
    'Where it comes from',
  ])
  expect(headings(modelCardReport(barestCard))).toEqual(['What it is for', 'Quality on held-out rows', 'Data', 'Estimator', 'Where it comes from'])
})

test('every number of quality stands beside the baseline', () => {
  const { markdown } = renderMarkdown(modelCardReport(sampleCard))
  expect(markdown).toContain('| metric | model | interval at 95 % | majority-classifier | better is |')
  expect(markdown).toContain('| accuracy | 0.8423 | 0.81 to 0.87 | 0.296 | higher |')
  expect(markdown).toContain('| logLoss | 0.455 | – | 1.9 | lower |')
})

test('what nobody should overlook is a warning', () => {
  const warnings = (card: typeof sampleCard): string[] => modelCardReport(card).sections.flatMap(({ blocks }) => blocks).flatMap((block) => block.kind === 'warning' ? [block.text] : [])
  expect(warnings(sampleCard)).toEqual([sampleCard.leakage[0]!.message, 'The worst slice is site = Oslo: 0.6 (0.45 to 0.74) on 40 rows.'])
  expect(warnings(barestCard)).toEqual(['It does not beat its baseline (mean-regressor) by more than chance: do not let it decide.'])
  expect(warnings({ ...sampleCard, leakage: [], slices: null, promise: { ...sampleCard.promise!, precision: 0.93 } }))
    .toEqual(['On the held-out rows it reached 93.0 %, 2.0 % short.'])
})

test.each([['full', sampleCard], ['bare', barestCard]] as const)('a %s card becomes a page and a text without gaps', (_, card) => {
  const report = modelCardReport(card)
  const { markdown, pictures } = renderMarkdown(report)
  const html = renderHtml(report)
  for (const text of [markdown, html, ...pictures.map(({ svg }) => svg)]) expect(text).not.toMatch(/undefined|NaN|\[object|null/)
  expect(html.match(/<svg /g)?.length ?? 0).toBe(pictures.length)
})

test('many classes leave out the pictures, not the numbers', () => {
  const classes = Array.from({ length: 60 }, (_, at) => ({ label: `class ${at}`, precision: 0.5, recall: 0.5, f1: 0.5, support: 10 }))
  const { markdown, pictures } = renderMarkdown(modelCardReport({ ...barestCard, quality: { ...barestCard.quality, classes } }))
  expect(pictures).toEqual([])
  expect(markdown).toContain('| class 59 | 10 | 0.5 | 0.5 | 0.5 |')
})
