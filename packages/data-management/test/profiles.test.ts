import { openPlatform, silentLogger } from '@motadata/adapters'
import { type DatasetProfile, parseTenantId, platformContext, type Platform } from '@motadata/core'
import { DataManager } from '../src/index.js'
import { languageOf } from '../src/profiles/language.js'

const acme = platformContext(parseTenantId('acme'), 'test')
const kinds = { text: 'text', site: 'category', caller: 'category', opened: 'instant', vip: 'boolean' } as const
const rows = Array.from({ length: 2_000 }, (_, at) => ({
  hours: at, cost: at % 4 === 0 ? null : at * 2 + 1, site: at % 4 === 0 ? 'Lyon' : 'Oslo', vip: at % 5 === 0, caller: `Anna Berg-${at % 3}`, opened: new Date(Date.UTC(2026, 0, 1) + at * 1_000).toISOString(),
  text: at % 2 === 0 ? `The printer of hall ${at} is out of paper, please help` : `Der Drucker in Halle ${at} druckt nicht, bitte melden bei anna.berg@acme.example`,
}))

describe('profileData', () => {
  let platform: Platform
  let datasets: DataManager
  let profile: DatasetProfile
  beforeAll(async () => {
    platform = await openPlatform({ inMemory: true, logger: silentLogger })
    datasets = await DataManager.open(platform)
    await datasets.ingestData(acme, { name: 'tickets', source: { rows: rows.slice(0, 1_500) }, columnKinds: kinds })
    await datasets.ingestData(acme, { name: 'tickets', mode: 'append', source: { rows: rows.slice(1_500) } })
    profile = await datasets.profileData(acme, { name: 'tickets' })
  }, 60_000)
  afterAll(() => platform.close())
  const column = (name: string) => profile.columns.find((one) => one.name === name)!

  it('counts rows, what is missing, and about how many values differ, over all parts', () => {
    expect(profile).toMatchObject({ format: 'dataset-profile/1', rowCount: 2_000 })
    expect([column('cost').missingCount, column('hours').missingCount]).toEqual([500, 0])
    expect(Math.abs(column('hours').distinctCount / 2_000 - 1)).toBeLessThan(0.1)
    expect(column('site').distinctCount).toBe(2)
  })

  it('gives the spread of numbers and instants, quantiles within two per cent', () => {
    const { minimum, maximum, mean, quantiles } = column('hours').numbers!
    expect([minimum, maximum, mean]).toEqual([0, 1_999, 999.5])
    expect(Math.abs(quantiles['0.5']! - 1_000)).toBeLessThan(20)
    expect(Math.abs(quantiles['0.95']! - 1_900)).toBeLessThan(20)
    expect(column('opened').numbers).toMatchObject({ minimum: Date.UTC(2026, 0, 1), maximum: Date.UTC(2026, 0, 1) + 1_999_000 })
  })

  it('counts frequent values exactly, and shows none where they name people', () => {
    expect(column('site').frequent).toEqual([{ value: 'Oslo', count: 1_500 }, { value: 'Lyon', count: 500 }])
    expect(column('caller').frequent).toEqual([])
    expect(column('caller').texts!.personalData['name']).toBe(1)
    expect(column('vip').trueShare).toBe(0.2)
    expect(JSON.stringify(profile)).not.toContain('Anna')
  })

  it('tells lengths, languages and personal data of texts', () => {
    const { shortest, longest, languages, personalData, sampled } = column('text').texts!
    expect([shortest, longest]).toEqual([Math.min(...rows.map(({ text }) => text.length)), Math.max(...rows.map(({ text }) => text.length))])
    expect(sampled).toBe(1_000)
    expect(Object.keys(languages)).toEqual(['de', 'en'])
    expect(Math.abs(personalData['email']! - 0.5)).toBeLessThan(0.06)
  })

  it('correlates number columns', () => {
    expect(profile.correlations).toEqual([{ columns: ['hours', 'cost'], value: expect.closeTo(1, 9) as number }])
  })

  it('is the same every time, of any version, and of none of another tenant', async () => {
    expect(await datasets.profileData(acme, { name: 'tickets' })).toEqual(profile)
    expect((await datasets.profileData(acme, { name: 'tickets', version: 1 })).rowCount).toBe(1_500)
    await expect(datasets.profileData(platformContext(parseTenantId('globex'), 'test'), { name: 'tickets' })).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' })
  })

  it('bears columns that are empty, widened, or named as nobody would', async () => {
    const odd = { 'a "b"': null, 'sélect * from': 1, '0': 'x' }
    await datasets.ingestData(acme, { name: 'odd', source: { rows: [odd, odd] }, columnKinds: { 'a "b"': 'text', '0': 'category' } })
    await datasets.ingestData(acme, { name: 'odd', mode: 'append', allow: ['column-added', 'column-widened'], source: { rows: [{ 'sélect * from': 'words', more: 3 }] }, columnKinds: { 'sélect * from': 'text' } })
    const { columns, rowCount } = await datasets.profileData(acme, { name: 'odd' })
    expect([rowCount, columns.map(({ name, kind, missingCount }) => [name, kind, missingCount])]).toEqual([3, [['a "b"', 'text', 3], ['sélect * from', 'text', 0], ['0', 'category', 1], ['more', 'number', 2]].sort((a, b) => columns.findIndex(({ name }) => name === a[0]) - columns.findIndex(({ name }) => name === b[0]))])
  })
})

describe('languageOf', () => {
  it.each([['The printer is out of paper', 'en'], ['Der Drucker druckt nicht', 'de'], ['VPN', 'other'], ['', 'other']])('%j is %s', (text, language) => expect(languageOf(text)).toBe(language))
})
