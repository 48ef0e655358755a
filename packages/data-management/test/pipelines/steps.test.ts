import { type CellValue, createDataset, type DataRecord, type Platform, platformContext, parseTenantId, toRecords } from '@motadata/core'
import { openPlatform } from '@motadata/adapters'
import { DataPipeline, type PipelineFunctions, type PipelineStep } from '../../src/index.js'

const asAcme = platformContext(parseTenantId('acme'), 'request-1')
let platform: Platform
let pipelines: DataPipeline

const functions: PipelineFunctions = {
  shout: {
    version: '1',
    columns: ([columns]) => [...columns!, { name: 'loud', kind: 'text' }],
    row: (record) => ({ ...record, loud: String(record.text).toUpperCase() }) as Readonly<Record<string, CellValue>>,
  },
  picky: {
    version: '1',
    columns: ([columns]) => columns!,
    row: (record) => {
      if (record.id === 900_000) throw new Error('no such thing as 900000')
      return record as Readonly<Record<string, CellValue>>
    },
  },
  turned: { version: '1', columns: ([columns]) => columns!, table: ([table]) => createDataset([...table!.columns].map(([name, column]) => [name, column])) },
  liar: { version: '1', columns: () => [{ name: 'n', kind: 'number' }], row: () => ({ n: 'text' }) },
}

beforeAll(async () => {
  platform = await openPlatform({ inMemory: true })
  pipelines = await DataPipeline.open(platform, { functions })
}, 60_000)
afterAll(() => platform.close())

const tickets = [
  { id: 1, team: 'network', hours: 2, text: 'VPN is down', opened: new Date('2026-01-01T08:00:00Z') },
  { id: 2, team: 'mail', hours: null, text: 'mail is slow', opened: new Date('2026-01-01T09:00:00Z') },
  { id: 3, team: 'network', hours: 5, text: 'no wifi', opened: new Date('2026-01-02T08:00:00Z') },
  { id: 4, team: null, hours: 1, text: 'paper jam', opened: null },
]
const kinds = { team: 'category', text: 'text' } as const
const through = async (steps: readonly PipelineStep[], rows: readonly DataRecord[] = tickets): Promise<DataRecord[]> =>
  toRecords(await pipelines.transform(asAcme, { rows, columnKinds: kinds }, steps))

describe('steps', () => {
  it('select, in another order and under other names', async () => {
    expect(await through([{ name: 's', kind: 'select', columns: ['text', { column: 'id', as: 'number' }] }])).toEqual(tickets.map(({ text, id }) => ({ text, number: id })))
  })

  it('filter, where a missing value is not true', async () => {
    expect((await through([{ name: 's', kind: 'filter', where: "hours > 1 and team = 'network'" }])).map(({ id }) => id)).toEqual([1, 3])
    expect(await through([{ name: 's', kind: 'filter', where: 'hours > 100' }])).toEqual([])
  })

  it('derive columns, replacing some in their place', async () => {
    const rows = await through([{ name: 's', kind: 'derive', columns: { hours: 'coalesce(hours, 0) * 60', slow: 'hours > 2', day: "date_trunc('day', opened)", size: { expression: "case when hours > 2 then 'large' else 'small' end", kind: 'category' } } }])
    expect(rows[2]).toEqual({ ...tickets[2], hours: 300, slow: true, day: new Date('2026-01-02T00:00:00Z'), size: 'large' })
    expect(rows[1]).toMatchObject({ hours: 0, slow: null })
    expect(Object.keys(rows[0]!)).toEqual(['id', 'team', 'hours', 'text', 'opened', 'slow', 'day', 'size'])
  })

  it('join another table, keeping the order of the first', async () => {
    const tables = { tickets, teams: [{ name: 'network', floor: 2 }, { name: 'mail', floor: 1 }] }
    const join = (how: 'inner' | 'left') => pipelines.transform(asAcme, { tables }, [{ name: 'j', kind: 'join', inputs: ['tickets', 'teams'], how, on: { team: 'name' } }])
    expect(toRecords(await join('inner')).map(({ id, floor }) => [id, floor])).toEqual([[1, 2], [2, 1], [3, 2]])
    expect(toRecords(await join('left')).map(({ id, floor }) => [id, floor])).toEqual([[1, 2], [2, 1], [3, 2], [4, null]])
  })

  it('join only where keys are unique, unless said', async () => {
    const tables = { tickets, teams: [{ name: 'network', floor: 2 }, { name: 'network', floor: 3 }] }
    const join = { name: 'j', kind: 'join', inputs: ['tickets', 'teams'], on: { team: 'name' } } as const
    await expect(pipelines.transform(asAcme, { tables }, [join])).rejects.toMatchObject({ code: 'PIPELINE_STEP_FAILED', details: { step: 'j', column: 'name' } })
    expect(toRecords(await pipelines.transform(asAcme, { tables }, [{ ...join, matches: 'many' }])).map(({ id, floor }) => [id, floor])).toEqual([[1, 2], [1, 3], [3, 2], [3, 3]])
  })

  it('aggregate by groups, and over all', async () => {
    const measures = { tickets: { function: 'count' }, mean: { function: 'mean', column: 'hours' }, first: { function: 'first', column: 'text' }, last: { function: 'last', column: 'opened' } } as const
    expect(await through([{ name: 's', kind: 'aggregate', groupBy: ['team'], measures }])).toEqual([
      { team: 'mail', tickets: 1, mean: null, first: 'mail is slow', last: tickets[1]!.opened },
      { team: 'network', tickets: 2, mean: 3.5, first: 'VPN is down', last: tickets[2]!.opened },
      { team: null, tickets: 1, mean: 1, first: 'paper jam', last: null },
    ])
    expect(await through([{ name: 's', kind: 'aggregate', measures: { sum: { function: 'sum', column: 'hours' }, teams: { function: 'count-distinct', column: 'team' } } }])).toEqual([{ sum: 8, teams: 2 }])
  })

  it('deduplicate, by the order of rows or of a column', async () => {
    const by = async (keep: 'first' | 'last', orderBy?: string) => (await through([{ name: 's', kind: 'deduplicate', by: ['team'], keep, ...(orderBy ? { orderBy } : {}) }])).map(({ id }) => id)
    expect(await by('first')).toEqual([1, 2, 4])
    expect(await by('last')).toEqual([2, 3, 4])
    expect(await by('last', 'hours')).toEqual([2, 3, 4])
    expect(await by('first', 'hours')).toEqual([1, 2, 4])
  })

  it('fill with a constant, a statistic, or what was before', async () => {
    const hours = async (filling: object) => (await through([{ name: 's', kind: 'fill', columns: { hours: filling } } as PipelineStep])).map((row) => row.hours)
    expect(await hours({ value: 7 })).toEqual([2, 7, 5, 1])
    expect(await hours({ with: 'mean' })).toEqual([2, 8 / 3, 5, 1])
    expect(await hours({ with: 'median' })).toEqual([2, 2, 5, 1])
    expect(await hours({ with: 'previous' })).toEqual([2, 2, 5, 1])
    expect((await through([{ name: 's', kind: 'fill', columns: { team: { with: 'mode' }, opened: { value: '2026-02-01T00:00:00Z' } } }]))[3]).toMatchObject({ team: 'network', opened: new Date('2026-02-01T00:00:00Z') })
  })

  it('window over the rows before, with this one or without', async () => {
    const rows = await through([{
      name: 's', kind: 'window', partitionBy: ['team'], orderBy: 'opened',
      measures: { before: { function: 'count', excludeCurrent: true }, sum: { function: 'sum', column: 'hours' }, previous: { function: 'lag', column: 'text' }, nth: { function: 'row-number' } },
    }])
    expect(rows.map(({ id, before, sum, previous, nth }) => [id, before, sum, previous, nth])).toEqual([
      [1, 0, 2, null, 1], [2, 0, null, null, 1], [3, 1, 7, 'VPN is down', 2], [4, 0, 1, null, 1],
    ])
  })

  it('pivot declared values into columns', async () => {
    const step: PipelineStep = { name: 's', kind: 'pivot', groupBy: ['day'], column: 'team', values: { network_hours: 'network', mail_hours: 'mail' }, measure: { function: 'sum', column: 'hours' } }
    expect(await through([{ name: 'd', kind: 'derive', columns: { day: 'day(opened)' } }, step])).toEqual([
      { day: 1, network_hours: 2, mail_hours: null }, { day: 2, network_hours: 5, mail_hours: null }, { day: null, network_hours: null, mail_hours: null },
    ])
  })

  it('transform with a select of one’s own', async () => {
    const sql = 'with t as (select team, max(hours) as most from rows group by team) select r.id, t.most, r.team from rows r join t using (team) order by r.id'
    expect(await through([{ name: 's', kind: 'transform', sql }])).toEqual([{ id: 1, most: 5, team: 'network' }, { id: 2, most: null, team: 'mail' }, { id: 3, most: 5, team: 'network' }])
  })

  it('call functions registered in code, by row or over a table', async () => {
    expect((await through([{ name: 's', kind: 'function', function: 'shout' }])).map(({ loud }) => loud)).toEqual(['VPN IS DOWN', 'MAIL IS SLOW', 'NO WIFI', 'PAPER JAM'])
    expect(await through([{ name: 's', kind: 'function', function: 'turned' }])).toEqual(tickets)
    await expect(through([{ name: 's', kind: 'function', function: 'liar' }])).rejects.toMatchObject({ code: 'PIPELINE_STEP_FAILED', details: { step: 's', column: 'n', row: 1 } })
  })

  it('validate, and stop or tell', async () => {
    const expectations = [{ kind: 'not-null', column: 'hours' }] as const
    await expect(through([{ name: 'v', kind: 'validate', expectations }])).rejects.toMatchObject({ code: 'PIPELINE_VALIDATION_FAILED', details: { step: 'v', report: { passed: false } } })
    expect(await through([{ name: 'v', kind: 'validate', expectations, onFailure: 'report' }])).toEqual(tickets)
  })

  it('know no infinite numbers', async () => {
    expect((await through([{ name: 's', kind: 'derive', columns: { ratio: 'hours / (id - 1)' } }])).map(({ ratio }) => ratio)).toEqual([null, null, 2.5, 1 / 3])
  })
})

describe('a step that fails', () => {
  it('names step, column and row, in row 900,000 of SQL and of a function, and quotes no value', async () => {
    const count = 1_000_000
    const ids = Float64Array.from({ length: count }, (_, at) => at + 1)
    const texts = Array.from({ length: count }, (_, at) => (at === 899_999 ? 'secret' : String(at)))
    const rows = createDataset([['id', { kind: 'number', values: ids }], ['text', { kind: 'text', values: texts }]])
    const failing = (step: PipelineStep) => pipelines.transform(asAcme, { rows }, [step]).then(() => undefined, (error: unknown) => error as Error & { code: string; details: unknown })
    const cast = await failing({ name: 'to_number', kind: 'derive', columns: { twice: 'id * 2', number: 'cast(text as double)' } })
    expect(cast).toMatchObject({ code: 'PIPELINE_STEP_FAILED', details: { step: 'to_number', column: 'number', row: 900_000 } })
    expect(String(cast)).not.toContain('secret')
    const thrown = await failing({ name: 'picking', kind: 'function', function: 'picky' })
    expect(thrown).toMatchObject({ code: 'PIPELINE_STEP_FAILED', details: { step: 'picking', row: 900_000 } })
    const kept = await pipelines.transform(asAcme, { rows }, [{ name: 'd', kind: 'derive', columns: { n: 'try_cast(text as double)' } }])
    expect([kept.rowCount, toRecords(kept)[999_999]]).toEqual([count, { id: count, text: String(count - 1), n: count - 1 }])
  }, 60_000)

  it('takes too long, or gives too many rows, or fills the disk', async () => {
    const small = await DataPipeline.open(platform, { limits: { stepTimeMs: 300, rows: 1_000, diskBytes: 20_000_000 } })
    const failing = (sql: string) => small.transform(asAcme, { rows: tickets }, [{ name: 's', kind: 'transform', sql }])
    await expect(failing('select count(*) as n from range(1000000) a, range(1000000) b where a.range * b.range = -1')).rejects.toMatchObject({ code: 'PIPELINE_STEP_FAILED', message: expect.stringContaining('300 ms') })
    await expect(failing('select range::double as n from range(100000)')).rejects.toMatchObject({ code: 'DATA_TOO_LARGE', details: { step: 's' } })
  }, 30_000)
})
