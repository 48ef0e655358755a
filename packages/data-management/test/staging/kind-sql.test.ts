import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { withDuckDB } from '../../src/engine/open-duckdb.js'
import { convertText } from '../../src/staging/column-evidence.js'
import { type ConvertedKind, convertSql } from '../../src/staging/kind-sql.js'

let folder: string
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'kind-sql-')))
})
afterAll(() => rm(folder, { recursive: true }))

const pieces: Readonly<Record<ConvertedKind, readonly string[]>> = {
  number: ['0', '1', '9', '12345678901234567890', '.', '-', '+', 'e', 'E', '_', ' ', '\t', '\u00a0', 'x', 'inf', 'nan', ',', '0x', '308', '-324', 'f', 'd', '%'],
  boolean: ['true', 'false', 'TRUE', 'False', 't', 'f', 'yes', '1', '0', ' ', '\ufeff', 'tru', 'e'],
  instant: [
    '2026-01-05', '2026-02-29', '2024-02-29', '2026-13-01', '2026-00-10', '1969-12-31', '0000-01-01', '9999-12-31', 'T', ' ', '10:00', '23:59:59', '24:00:00', '24:00', '23:60:00',
    '23:59:60', ':00', '.1', '.123', '.1234', '.9999', '.123456789', '.1234567890', 'Z', 'z', '+02:00', '-0530', '+23:59', '+24:00', '+02', '-00:00', ' UTC', 'infinity', 'epoch', '(BC)',
  ],
}

it.each(Object.entries(pieces) as [ConvertedKind, readonly string[]][])('a text that the engine takes for a %s, core takes for the same', async (kind, words) => {
  const texts = fc.sample(fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 5 }).map((parts) => parts.join('')), { numRuns: 20_000, seed: 7 })
  if (kind === 'number') texts.push(...fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true }).map(String), { numRuns: 5_000, seed: 7 }))
  const distinct = [...new Set(texts)].filter((text) => !text.includes('\0'))
  const values = await withDuckDB({ folder }, async (connection) => {
    await connection.run('create table texts (text VARCHAR)')
    const appender = await connection.createAppender('texts')
    for (const text of distinct) {
      appender.appendVarchar(text)
      appender.endRow()
    }
    appender.closeSync()
    return (await connection.runAndReadAll(`select ${convertSql(kind, 'text')} from texts`)).getRows().map(([value]) => value)
  })
  let taken = 0
  for (const [at, value] of values.entries()) {
    if (value === null) continue
    taken++
    const text = distinct[at]!
    expect([text, typeof value === 'bigint' ? Number(value) : value]).toEqual([text, convertText(kind, text)])
  }
  expect(taken).toBeGreaterThan(3) // not everything is left for core to decide
})

it('the usual ways to write them are left to the engine', async () => {
  const usual: readonly [ConvertedKind, string][] = [
    ['number', '12'], ['number', '-0.5'], ['number', '1e-7'], ['boolean', 'true'], ['boolean', 'FALSE'], ['instant', '2026-01-05'], ['instant', '2026-01-05T10:00:00Z'],
    ['instant', '2026-01-05 10:00:00'], ['instant', '2026-01-05T10:00:00.123Z'], ['instant', '2026-01-05T10:00:00.123456Z'], ['instant', '2026-01-05T10:00:00+02:00'],
  ]
  const found = await withDuckDB({ folder }, async (connection) =>
    (await connection.runAndReadAll(`select ${usual.map(([kind, text]) => `${convertSql(kind, `'${text}'`)} is not null`).join(', ')}`)).getRows()[0])
  expect(found).toEqual(usual.map(() => true))
})
