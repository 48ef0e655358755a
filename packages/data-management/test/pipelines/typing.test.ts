import { type Platform, parseTenantId, platformContext } from '@motadata/core'
import { openPlatform } from '@motadata/adapters'
import { DataManager, DataPipeline, type PipelineStep } from '../../src/index.js'

const asAcme = platformContext(parseTenantId('acme'), 'request-1')
const asGlobex = platformContext(parseTenantId('globex'), 'request-2')
let platform: Platform
let pipelines: DataPipeline

beforeAll(async () => {
  platform = await openPlatform({ inMemory: true })
  const datasets = await DataManager.open(platform)
  pipelines = await DataPipeline.open(platform)
  const rows = [{ id: 1, team: 'network', text: 'VPN is down', hours: 2, opened: new Date(0) }]
  await datasets.ingestData(asAcme, { name: 'tickets', source: { rows }, columnKinds: { text: 'text', team: 'category' } })
  await datasets.ingestData(asGlobex, { name: 'secrets', source: { rows: [{ password: 'hunter2' }] } })
}, 60_000)
afterAll(() => platform.close())

const tickets: PipelineStep = { name: 'tickets', kind: 'extract', dataset: 'tickets' }
const define = (...steps: unknown[]) => pipelines.define(asAcme, { name: 'p', steps: steps as PipelineStep[] })

describe('a definition', () => {
  it('gives the columns of every step', async () => {
    const { columns } = await define(tickets, { name: 'd', kind: 'derive', columns: { slow: 'hours > 8', long: 'text || team' } }, { name: 'l', kind: 'load', dataset: 'slow' })
    expect(columns['d']!.slice(-2)).toEqual([{ name: 'slow', kind: 'boolean' }, { name: 'long', kind: 'text' }])
    expect(columns['l']).toEqual(columns['d'])
  })

  it.each<[string, unknown[], object]>([
    ['no steps', [], {}],
    ['a kind that is none', [{ name: 'a', kind: 'teleport' }], { step: 'a' }],
    ['a setting that is none', [{ ...tickets, table: 'x' }], { step: 'tickets', field: 'table' }],
    ['a name that is none', [{ ...tickets, name: 'Two words' }], { step: 'Two words' }],
    ['one name twice', [tickets, tickets], { step: 'tickets' }],
    ['an input that is none', [tickets, { name: 'f', kind: 'filter', where: 'true', inputs: ['nobody'] }], { step: 'f', input: 'nobody' }],
    ['too few inputs', [tickets, { name: 'j', kind: 'join', on: ['id'] }], { step: 'j' }],
    ['a cycle', [tickets, { name: 'a', kind: 'filter', where: 'true', inputs: ['b'] }, { name: 'b', kind: 'filter', where: 'true', inputs: ['a'] }], { step: 'b', cycle: ['b', 'a'] }],
    ['a step that is its own input', [tickets, { name: 'a', kind: 'filter', where: 'true', inputs: ['a'] }], { step: 'a', cycle: ['a'] }],
    ['a load as an input', [tickets, { name: 'l', kind: 'load', dataset: 'x' }, { name: 'f', kind: 'filter', where: 'true' }], { step: 'f' }],
    ['a column that is not there, selected', [tickets, { name: 's', kind: 'select', columns: ['id', 'nope'] }], { step: 's', column: 'nope' }],
    ['a column that is not there, in an expression', [tickets, { name: 'd', kind: 'derive', columns: { x: 'nope + 1' } }], { step: 'd', column: 'nope' }],
    ['a column that is not there, in SQL', [tickets, { name: 't', kind: 'transform', sql: 'select nope from tickets' }], { step: 't', column: 'nope' }],
    ['a column that an earlier step took away', [tickets, { name: 's', kind: 'select', columns: ['id'] }, { name: 'a', kind: 'aggregate', groupBy: ['team'], measures: { n: { function: 'count' } } }], { step: 'a', column: 'team' }],
    ['a column that a validation needs', [tickets, { name: 'v', kind: 'validate', expectations: [{ kind: 'not-null', column: 'nope' }] }], { step: 'v', column: 'nope' }],
    ['a filter that is no condition', [tickets, { name: 'f', kind: 'filter', where: 'hours + 1' }], { step: 'f', column: 'where' }],
    ['text to sum', [tickets, { name: 'a', kind: 'aggregate', measures: { s: { function: 'sum', column: 'text' } } }], { step: 'a', column: 'text' }],
    ['a type that no column has', [tickets, { name: 'd', kind: 'derive', columns: { list: '[hours]' } }], { step: 'd', column: 'list' }],
    ['a function over the wrong type', [tickets, { name: 'd', kind: 'derive', columns: { x: 'date_trunc(hours, hours)' } }], { step: 'd', column: 'x' }],
    ['a constant of the wrong kind', [tickets, { name: 'f', kind: 'fill', columns: { hours: { value: 'many' } } }], { step: 'f', column: 'hours' }],
    ['keys of two kinds', [tickets, { ...tickets, name: 'more' }, { name: 'j', kind: 'join', inputs: ['tickets', 'more'], on: { id: 'text' }, columns: [{ column: 'team', as: 'team2' }] }], { step: 'j', column: 'id' }],
    ['one column twice', [tickets, { name: 's', kind: 'select', columns: ['id', { column: 'hours', as: 'ID' }] }], { step: 's', column: 'ID' }],
    ['a function that is not registered', [tickets, { name: 'f', kind: 'function', function: 'eval' }], { step: 'f', function: 'eval' }],
    ['an aggregate in an expression', [tickets, { name: 'd', kind: 'derive', columns: { x: 'sum(hours)' } }], { step: 'd', column: 'x' }],
    ['what is no SQL', [tickets, { name: 'd', kind: 'derive', columns: { x: 'hours +' } }], { step: 'd', column: 'x' }],
  ])('with %s is refused where it is wrong', async (_, steps, details) => {
    await expect(define(...steps)).rejects.toMatchObject({ code: 'PIPELINE_INVALID', details })
  })

  it('may declare a dataset that is to come, and is refused without', async () => {
    await expect(define({ ...tickets, dataset: 'later' })).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' })
    const { columns } = await define({ ...tickets, dataset: 'later', schema: { id: 'number' } }, { name: 's', kind: 'select', columns: ['id'] })
    expect(columns['s']).toEqual([{ name: 'id', kind: 'number' }])
    await expect(define({ ...tickets, schema: { id: 'text' } })).rejects.toMatchObject({ code: 'PIPELINE_INVALID', details: { step: 'tickets', column: 'id' } })
  })
})

describe('a tenant’s SQL', () => {
  const attacks = [
    "select * from read_csv('/etc/passwd')", "select * from read_text('/etc/passwd')", "select * from '/etc/passwd'", 'select * from "/etc/passwd"', "select * from read_blob('/proc/self/environ')",
    "select * from glob('/**')", "select * from read_parquet('*.parquet')", "select * from 'https://example.com/x.parquet'", "copy tickets to '/tmp/stolen.csv'", "attach '/tmp/x.db' as x",
    'install httpfs', 'load httpfs', "create secret s (type s3, key_id 'x', secret 'y')", 'set enable_external_access = true', 'reset enable_external_access', 'pragma database_list',
    'select 1 as x; select 2 as x', "select 1 as x; copy tickets to '/tmp/stolen.csv'", "select 1 as x) to '/tmp/stolen.csv' --", 'select * from secrets', 'select * from main.secrets', 'select * from information_schema.tables',
    'select * from duckdb_settings()', 'select * from duckdb_tables', 'select * from sqlite_master', 'select * from pg_catalog.pg_tables', "select current_setting('temp_directory') as x", "select getenv('HOME') as x",
    "select * from query('select 1')", "select * from query_table('tickets')", "select * from json_execute_serialized_sql(json_serialize_sql('select 1'))", 'create table x as select * from tickets',
    'drop view tickets', 'delete from tickets', "insert into tickets select * from tickets", 'export database \'/tmp/x\'', 'import database \'/tmp/x\'', 'checkpoint', 'vacuum', 'call pragma_version()', 'show tables', 'describe tickets',
    'summarize tickets', "select (select content from read_text('/etc/passwd')) as x from tickets", "select * from tickets where id in (select 1 from read_csv('/etc/passwd'))",
    "with t as (select * from read_csv('/etc/passwd')) select * from t", "select * from tickets union all select * from read_csv('/etc/passwd')", 'select sleep_ms(1000000) as x', 'select $1 as x',
    "prepare v as select 1", 'explain select 1', "select * from sniff_csv('/etc/passwd')", "select * from parquet_metadata('x.parquet')", 'select * from tickets2', 'select * from parquet_scan(\'x\')', "select nextval('s') as x",
    'begin transaction', "use memory", "select write_log('x') as x", "select current_query() as x", 'select * from temp.tickets', 'load_aws_credentials()',
  ]
  it.each(attacks)('%s is refused', async (sql) => {
    await expect(define(tickets, { name: 't', kind: 'transform', sql })).rejects.toMatchObject({ code: expect.stringMatching(/^PIPELINE_(SQL_REFUSED|INVALID)$/), details: { step: 't' } })
  })

  it.each(["(select content from read_text('/etc/passwd'))", 'hours), (1', 'hours) from tickets --', 'count(*) over ()', 'unnest([1, 2])', 'hours) as a, (hours', "getenv('HOME')", '*', '1) union all select (2', "current_setting('threads')"])('%s is no expression', async (expression) => {
    await expect(define(tickets, { name: 'd', kind: 'derive', columns: { x: expression } })).rejects.toMatchObject({ code: expect.stringMatching(/^PIPELINE_(SQL_REFUSED|INVALID)$/), details: { step: 'd' } })
    await expect(define(tickets, { name: 'f', kind: 'filter', where: `(${expression}) is null` })).rejects.toMatchObject({ code: expect.stringMatching(/^PIPELINE_(SQL_REFUSED|INVALID)$/), details: { step: 'f' } })
  })

  it('sees the rows of its inputs, and nothing of other steps or tenants', async () => {
    const other: PipelineStep = { name: 'other', kind: 'extract', dataset: 'tickets' }
    await expect(define(other, tickets, { name: 't', kind: 'transform', sql: 'select * from other' })).rejects.toMatchObject({ code: 'PIPELINE_SQL_REFUSED' })
    await expect(define({ ...tickets, dataset: 'secrets' })).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' })
    await expect(define(tickets, { name: 't', kind: 'transform', sql: 'select t.id, n.range::double as n from tickets t, range(3) n -- fine; copy' })).resolves.toBeDefined()
  })
})
