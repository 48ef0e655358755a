import type { DatasetProfile } from '@motadata/core'
import { profileReport, renderHtml } from '../../src/index.js'

const profile: DatasetProfile = {
  format: 'dataset-profile/1', rowCount: 1_000, correlations: [{ columns: ['hours', 'cost'], value: -0.5 }, { columns: ['hours', 'rank'], value: 0.9 }],
  columns: [
    { name: 'hours', kind: 'number', missingCount: 250, distinctCount: 40, frequent: [], numbers: { minimum: 0, maximum: 9, mean: 4.5, standardDeviation: 1, quantiles: { '0.5': 4, '0.05': 1 } } },
    { name: 'site <b>', kind: 'category', missingCount: 0, distinctCount: 2, frequent: [{ value: 'Oslo', count: 700 }, { value: 'Lyon', count: 300 }] },
    { name: 'text', kind: 'text', missingCount: 0, distinctCount: 990, frequent: [], texts: { shortest: 3, longest: 90, meanLength: 31.4, languages: { de: 0.25, en: 0.75 }, personalData: { email: 0.1 }, sampled: 1_000 } },
  ],
}

test('personal data comes first, then every column', () => {
  const { sections, subtitle } = profileReport('tickets, version 3', profile)
  expect(subtitle).toBe('1,000 rows, 3 columns')
  expect(sections.map(({ heading }) => heading)).toEqual(['Columns', 'Numbers and instants', 'Frequent values', 'Texts', 'Correlations'])
  expect(sections[0]!.blocks[0]).toMatchObject({ kind: 'warning', text: expect.stringContaining('text holds personal data: email in 10') as string })
  expect(sections[1]!.blocks[0]).toMatchObject({ rows: [['hours', '0', '1', '4', '9', '4.5']] })
  expect(sections[4]!.blocks[0]).toMatchObject({ rows: [['hours and rank', '0.900'], ['hours and cost', '-0.500']] })
})

test('it becomes a page, names escaped, and bears a dataset without rows', () => {
  const html = renderHtml(profileReport('tickets', profile))
  expect(html).toContain('site &lt;b&gt;')
  expect(html).not.toContain('site <b>')
  expect(profileReport('none', { format: 'dataset-profile/1', rowCount: 0, columns: [], correlations: [] }).sections).toHaveLength(1)
})
