import { Readable } from 'node:stream'
import { openPlatform, silentLogger } from '@motadata/adapters'
import { parseTenantId, platformContext, type Platform, toRecords } from '@motadata/core'
import { DataManager, Redactor } from '../src/index.js'

const acme = platformContext(parseTenantId('acme'), 'test')
const csv = 'id,hours,text,caller\n1,2,"Anna Berg: no paper, mail anna.berg@acme.example",anna.berg@acme.example\n2,many,"for Anna Berg",x\n3,4,"no toner",y\n'
const source = () => ({ stream: Readable.from([Buffer.from(csv)]), format: 'csv' as const })
const columnKinds = { text: 'text', hours: 'number', caller: 'category' } as const

describe('ingest with redaction', () => {
  let platform: Platform
  let datasets: DataManager
  beforeAll(async () => {
    platform = await openPlatform({ inMemory: true, logger: silentLogger })
    datasets = await DataManager.open(platform, { redactor: await Redactor.open(platform) })
  }, 60_000)
  afterAll(() => platform.close())

  it('keeps no personal data of columns of text, neither in parts nor in quarantine', async () => {
    const { version, badRowCount } = await datasets.ingestData(acme, { name: 'tickets', source: source(), columnKinds, redact: true })
    expect([badRowCount, version.origin.redaction]).toEqual([1, {}])
    const [first, second] = toRecords(await datasets.readData(acme, { name: 'tickets' }))
    expect(first!['text']).toMatch(/^NAME_[a-z2-7]{16}: no paper, mail EMAIL_[a-z2-7]{16}$/)
    expect(first).toMatchObject({ id: 1, hours: 2, caller: 'anna.berg@acme.example' })
    expect(second).toEqual({ id: 3, hours: 4, text: 'no toner', caller: 'y' })
    const { rows } = await datasets.listQuarantine(acme, { name: 'tickets', version: 1 })
    expect(rows[0]!.text).toMatch(/^2,many,"?for NAME_[a-z2-7]{16}"?,x$/)
  })

  it('redacts rows of quarantine too once they are mended', async () => {
    const { version } = await datasets.replayQuarantine(acme, { name: 'tickets', version: 1 }, [{ row: 1, text: '2,7,"for Anna Berg",x' }])
    const records = toRecords(await datasets.readData(acme, { name: 'tickets', version: version.version }))
    expect(records.map(({ text }) => text).join()).not.toContain('Anna')
    expect(records).toHaveLength(3)
  })

  it('takes the columns that are named, with one token for one person in all', async () => {
    await datasets.ingestData(acme, { name: 'named', source: source(), columnKinds, redact: { columns: ['text', 'caller'], kinds: ['email'] } })
    const [first] = toRecords(await datasets.readData(acme, { name: 'named' }))
    expect(first!['text']).toBe(`Anna Berg: no paper, mail ${String(first!['caller'])}`)
    await expect(datasets.ingestData(acme, { name: 'none', source: source(), columnKinds, redact: { columns: ['gone'] } })).rejects.toMatchObject({ code: 'COLUMN_MISSING' })
    await expect(datasets.getDataset(acme, { name: 'none' })).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' })
    await expect((await DataManager.open(platform)).ingestData(acme, { name: 'none', source: source(), redact: true })).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' })
  })
})
