import { toRecords } from '@motadata/core'
import { loadNdjson } from '../load-text.js'

describe('one JSON object a line', () => {
  it('makes a row of each, with a column for every name that occurs', async () => {
    const { dataset, badRowCount } = await loadNdjson('{"id":1,"text":"VPN"}\r\n\n{"id":2,"urgent":true}\n{"text":"Mail","id":null}')
    expect(badRowCount).toBe(0)
    expect(toRecords(dataset)).toEqual([
      { id: 1, text: 'VPN', urgent: null },
      { id: 2, text: null, urgent: true },
      { id: null, text: 'Mail', urgent: null },
    ])
  })

  it('reports lines that are no such object, by line and column and without their content', async () => {
    const { badRows, dataset } = await loadNdjson(
      ['{"id":1}', '{"id":', '[1]', '"secret"', 'null', '{"id":{"secret":1}}', '{"id":["secret"]}', '{"id":1e999}', '{"":1}', '{"id":"a\\u0000b"}', '{"id":"\\ud800"}', '{"id":2}'].join('\n'),
    )
    expect(badRows).toEqual([
      { line: 2, reason: 'the line is not JSON' },
      { line: 3, reason: 'expected an object of column names and values, got an array' },
      { line: 4, reason: 'expected an object of column names and values, got string' },
      { line: 5, reason: 'expected an object of column names and values, got null' },
      { line: 6, column: 'id', reason: 'expected text, a number, true, false or null, got an object' },
      { line: 7, column: 'id', reason: 'expected text, a number, true, false or null, got an array' },
      { line: 8, column: 'id', reason: 'the number is too large' },
      { line: 9, reason: 'an empty name at position 1' },
      { line: 10, column: 'id', reason: 'the value holds a NUL character' },
      { line: 11, column: 'id', reason: 'the value holds half a character (a lone surrogate)' },
    ])
    expect(toRecords(dataset)).toEqual([{ id: 1 }, { id: 2 }])
  })

  it('leaves no column behind of a bad row', async () => {
    const { dataset } = await loadNdjson('{"id":1}\n{"other":"x","id":[]}\n{"another":"a\\u0000b"}\n')
    expect([...dataset.columns.keys()]).toEqual(['id'])
  })

  it('bears prototype keys', async () => {
    const { dataset } = await loadNdjson('{"__proto__":"x","constructor":1,"id":1}\n')
    expect([...dataset.columns.keys()].sort()).toEqual(['__proto__', 'constructor', 'id'])
    const { badRows } = await loadNdjson('{"id":1}\n{"__proto__":{"polluted":true}}\n')
    expect(badRows).toEqual([{ line: 2, column: '__proto__', reason: expect.any(String) }])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('bears a line of a million brackets', async () => {
    const { badRowCount } = await loadNdjson(`{"id":1}\n${'['.repeat(1_000_000)}\n{"id":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}\n`)
    expect(badRowCount).toBe(2)
  })

  it('skips a line beyond the limit without holding it', async () => {
    const { badRows, dataset } = await loadNdjson(`{"id":1}\n{"id":"${'x'.repeat(500_000)}"}\n{"id":2}\n`, { limits: { maximumRowBytes: 1_000 } })
    expect(badRows).toEqual([{ line: 2, reason: 'the row is longer than 1000 bytes' }])
    expect(dataset.rowCount).toBe(2)
  })

  it('makes rows with values of another kind than declared bad', async () => {
    const { badRows } = await loadNdjson('{"urgent":true}\n{"urgent":"false"}\n{"urgent":3}\n', { columnKinds: { urgent: 'boolean' } })
    expect(badRows).toEqual([{ line: 3, column: 'urgent', reason: 'expected a boolean as declared, got a number' }])
  })

  it('does not grow without bound when every line has columns of its own', async () => {
    const lines = Array.from({ length: 50 }, (_, i) => `{"c${i}":1}`).join('\n')
    await expect(loadNdjson(lines, { limits: { maximumColumns: 20 } })).rejects.toMatchObject({ code: 'DATA_TOO_LARGE', details: { limit: 'maximumColumns' } })
    await expect(loadNdjson(lines, { limits: { maximumCells: 400 } })).rejects.toMatchObject({ code: 'DATA_TOO_LARGE', details: { limit: 'maximumCells' } })
  })
})
