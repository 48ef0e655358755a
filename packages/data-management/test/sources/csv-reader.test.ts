import { toRecords } from '@motadata/core'
import { loadCsv } from '../load-text.js'

const rowsOf = async (text: string, options = {}) => toRecords((await loadCsv(text, options)).dataset)

describe('CSV as RFC 4180 describes it', () => {
  it('reads records that end in CRLF, with and without one after the last (rules 1 and 2)', async () => {
    const expected = [{ id: 'aaa', note: 'bbb' }, { id: 'zzz', note: 'yyy' }]
    expect(await rowsOf('id,note\r\naaa,bbb\r\nzzz,yyy\r\n')).toEqual(expected)
    expect(await rowsOf('id,note\r\naaa,bbb\r\nzzz,yyy')).toEqual(expected)
  })

  it('keeps blanks, which belong to a value (rule 4)', async () => {
    expect(await rowsOf('a,b\n x ,y\n')).toEqual([{ a: ' x ', b: 'y' }])
  })

  it('reads quoted values with line breaks, delimiters and doubled quotes in them (rules 5 to 7)', async () => {
    expect(await rowsOf('a,b,c\r\n"aaa","b\r\nbb","c,c"\r\n"a ""quoted"" word",,"""x"""\r\n')).toEqual([
      { a: 'aaa', b: 'b\r\nbb', c: 'c,c' },
      { a: 'a "quoted" word', b: null, c: '"x"' },
    ])
  })
})

describe('what CSV files look like in practice', () => {
  it('drops a byte order mark', async () => {
    expect(await rowsOf('\uFEFFid,text\n1,x\n')).toEqual([{ id: 1, text: 'x' }])
  })

  it.each([[';'], ['\t'], ['|'], [',']])('finds the delimiter %j', async (delimiter) => {
    const lines = [['id', 'text', 'hours'], ['1', 'slow, very; slow', '2'], ['2', 'VPN', '3']]
    const text = lines.map((fields) => fields.map((field) => `"${field}"`).join(delimiter)).join('\n')
    expect(await rowsOf(text)).toEqual([{ id: 1, text: 'slow, very; slow', hours: 2 }, { id: 2, text: 'VPN', hours: 3 }])
  })

  it('prefers the delimiter that fits the rows to one that only stands in the text', async () => {
    expect(await rowsOf('id;text, in short\n1;mail, VPN, disk\n2;none\n')).toEqual([
      { id: 1, 'text, in short': 'mail, VPN, disk' },
      { id: 2, 'text, in short': 'none' },
    ])
  })

  it('takes the delimiter it is told', async () => {
    expect(await rowsOf('a,b^c\n1,2^3\n', { delimiter: '^' })).toEqual([{ 'a,b': '1,2', c: 3 }])
    await expect(loadCsv('a\n1\n', { delimiter: '"' })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })

  it('reads a single column', async () => {
    expect(await rowsOf('text\nVPN down\nMail down\n')).toEqual([{ text: 'VPN down' }, { text: 'Mail down' }])
  })

  it('reads the line ends of old Macs', async () => {
    expect(await rowsOf('id,text\r1,x\r2,y\r')).toEqual([{ id: 1, text: 'x' }, { id: 2, text: 'y' }])
  })

  it('takes empty lines for nothing', async () => {
    const { badRowCount, dataset } = await loadCsv('\n\nid,text\n\n1,x\n\r\n\n2,y\n\n')
    expect([badRowCount, dataset.rowCount]).toEqual([0, 2])
  })

  it('counts lines also where a carriage return stands alone', async () => {
    const { badRows } = await loadCsv('a,b\r\n1,2\r\n\r\r\nx\r\n')
    expect(badRows.map(({ line }) => line)).toEqual([3, 4])
  })

  it('reads the same however the bytes are cut', async () => {
    const text = '\uFEFFid;text\r\n1;"größer; "" 東京 😀\r\nzwei"\r\n2;"x" y\r\n3;z\r\n'
    const whole = await loadCsv(text)
    expect(whole).toMatchObject({ badRowCount: 1, badRows: [{ line: 4, column: 'text' }] })
    for (const pieceBytes of [1, 2, 3, 7]) expect(await loadCsv(text, { pieceBytes })).toEqual(whole)
  })

  it('treats a column named __proto__ like any other', async () => {
    const { dataset } = await loadCsv('__proto__,constructor\n1,x\n')
    expect([...dataset.columns.keys()]).toEqual(['__proto__', 'constructor'])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('gives numbers beyond what a number can hold as text', async () => {
    expect(await rowsOf('a\n1e999\n2\n')).toEqual([{ a: '1e999' }, { a: '2' }])
  })
})

describe('a header', () => {
  it.each([
    ['empty names', 'id,,text,\n1,2,3,4\n', [2, 4]],
    ['names that repeat', 'id,text, id ,other,text\n1,2,3,4,5\n', [1, 2, 3, 5]],
    ['control characters', 'id,te\u0007xt\n1,2\n', [2]],
  ])('with %s is refused with the numbers of the columns', async (_, text, columnNumbers) => {
    await expect(loadCsv(text)).rejects.toMatchObject({ code: 'DATA_MALFORMED', details: { columnNumbers } })
  })

  it('that can not be read is refused', async () => {
    await expect(loadCsv('id,"te"xt\n1,2\n')).rejects.toMatchObject({ code: 'DATA_MALFORMED', details: { line: 1, columnNumbers: [2] } })
  })

  it('alone, or nothing at all, is no data', async () => {
    for (const text of ['id,text\n', 'id,text', '', '\n\n']) await expect(loadCsv(text)).rejects.toMatchObject({ code: 'DATA_EMPTY' })
  })

  it('may not be wider than the limit', async () => {
    await expect(loadCsv('a,b,c\n1,2,3\n', { limits: { maximumColumns: 2 } })).rejects.toMatchObject({ code: 'DATA_TOO_LARGE' })
  })
})

describe('bad rows', () => {
  it('are those with too few or too many values, named by line', async () => {
    const { badRows, dataset } = await loadCsv('id,text\n1\n2,"two\nlines"\n3,x,y\n4,z\n')
    expect(badRows).toEqual([
      { line: 2, reason: 'expected 2 values as in the header, got 1' },
      { line: 5, reason: 'expected 2 values as in the header, got 3' },
    ])
    expect(toRecords(dataset)).toEqual([{ id: 2, text: 'two\nlines' }, { id: 4, text: 'z' }])
  })

  it('are those with wrong quotes, named by line and column', async () => {
    const { badRows, dataset } = await loadCsv('id,text\n1,5" disk\n2,"a "b" c"\n3,ok\n')
    expect(badRows).toEqual([
      { line: 2, column: 'text', reason: expect.stringContaining('a quote is opened and not closed') },
      { line: 3, column: 'text', reason: expect.stringContaining('text follows a closing quote') },
    ])
    expect(dataset.rowCount).toBe(1)
  })

  it('do not take the rest of the file with them when a quote is never closed', async () => {
    const { badRows, badRowCount, dataset } = await loadCsv(`id,text\n1,fine\n2,"never closed\n3,fine\n4,"quoted, fine"\n5,fine\n`)
    expect(badRowCount).toBe(1)
    expect(badRows).toEqual([{ line: 3, column: 'text', reason: expect.stringContaining('opened and not closed') }])
    expect(toRecords(dataset).map(({ id }) => id)).toEqual([1, 3, 4, 5])
  })

  it('are found too when the open quote is followed by no other', async () => {
    const plain = Array.from({ length: 20_000 }, (_, i) => `${i},fine`).join('\n')
    const { badRows, dataset } = await loadCsv(`id,text\n-1,"open\n${plain}\n`, { limits: { maximumRowBytes: 50_000 } })
    expect(badRows).toEqual([{ line: 2, reason: 'the row is longer than 50000 bytes' }])
    expect(dataset.rowCount).toBe(20_000)
  })

  it('at the very end are reported', async () => {
    const { badRows, dataset } = await loadCsv('id,text\n1,fine\n2,"open')
    expect(badRows).toEqual([{ line: 3, column: 'text', reason: expect.stringContaining('opened and not closed') }])
    expect(dataset.rowCount).toBe(1)
  })

  it('are those with a value of another kind than declared', async () => {
    const { badRows, dataset } = await loadCsv('id,hours,opened\n1,2,2026-01-05\n2,two,2026-01-05\n3,,yesterday\n4,,\n', {
      columnKinds: { hours: 'number', opened: 'instant', absent: 'text' },
    })
    expect(badRows).toEqual([
      { line: 3, column: 'hours', reason: 'expected a number as declared, got other text' },
      { line: 4, column: 'opened', reason: 'expected an ISO 8601 instant as declared, got other text' },
    ])
    expect(toRecords(dataset).map(({ id }) => id)).toEqual([1, 4])
  })

  it('are those with NUL characters', async () => {
    const { badRows, dataset } = await loadCsv('id,text\n1,a\0b\n2,"c"\0\n3,d\n')
    expect(badRows).toEqual([
      { line: 2, column: 'text', reason: 'the value holds a NUL character' },
      { line: 3, column: 'text', reason: 'the value holds a NUL character' },
    ])
    expect(dataset.rowCount).toBe(1)
  })

  it('are those with a value or a line that is too long, and reading goes on behind them', async () => {
    const long = 'x'.repeat(300_000)
    const { badRows, dataset } = await loadCsv(`id,text\n1,${long}\n2,${'y'.repeat(2_000)}\n3,z\n`, { limits: { maximumFieldBytes: 1_000, maximumRowBytes: 100_000 } })
    expect(badRows).toEqual([
      { line: 2, reason: 'the row is longer than 100000 bytes' },
      { line: 3, column: 'text', reason: 'the value is longer than 1000 bytes' },
    ])
    expect(toRecords(dataset)).toEqual([{ id: 3, text: 'z' }])
  })

  it('are all counted, and the first hundred reported without a word of what they hold', async () => {
    const { badRows, badRowCount } = await loadCsv(`id,text\n${'1,"secret"secret\n'.repeat(250)}2,fine\n`)
    expect(badRowCount).toBe(250)
    expect(badRows).toHaveLength(100)
    expect(JSON.stringify(badRows)).not.toContain('secret')
    expect(badRows[99]?.line).toBe(101)
  })

  it('without a good one among them are an error that says the first', async () => {
    await expect(loadCsv('id,text\n1\n2\n')).rejects.toMatchObject({
      code: 'DATA_MALFORMED',
      message: expect.stringContaining('line 2'),
      details: { badRowCount: 2, badRows: [{ line: 2 }, { line: 3 }] },
    })
  })

  it('beyond the limit end the load', async () => {
    await expect(loadCsv(`a,b\n1,2\n${'x\n'.repeat(20)}`, { limits: { maximumBadRows: 10 } })).rejects.toMatchObject({ code: 'DATA_MALFORMED' })
  })
})

it('refuses a kind that there is not', async () => {
  await expect(loadCsv('a\n1\n', { columnKinds: { a: 'integer' as 'number' } })).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { column: 'a' } })
})
