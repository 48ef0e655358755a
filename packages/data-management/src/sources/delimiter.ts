import { MLError } from '@motadata/core'
import { parse } from 'csv-parse/sync'

const candidates = [',', ';', '\t', '|']
const sampleRecords = 20

/**
 * The delimiter of CSV text: of comma, semicolon, tab and bar the one that cuts most of the first rows into as many fields as
 * the header; among equals, the one that makes more fields. A header that none of them cuts is a single column.
 *
 * @param sample - The beginning of the file, up to the end of a line.
 */
export function detectDelimiter(sample: Buffer): string {
  let best = { delimiter: ',', share: 0, fieldCount: 1 }
  for (const delimiter of candidates) {
    const [header, ...rows] = fieldCounts(sample, delimiter)
    if (header === undefined || header < 2) continue
    const share = rows.length === 0 ? 1 : rows.filter((count) => count === header).length / rows.length
    if (best.fieldCount === 1 || share > best.share || (share === best.share && header > best.fieldCount)) {
      best = { delimiter, share, fieldCount: header }
    }
  }
  return best.delimiter
}

/** @throws MLError `INPUT_INVALID` */
export function checkDelimiter(delimiter: string): void {
  if (typeof delimiter === 'string' && /^[\t -~]$/.test(delimiter) && delimiter !== '"') return
  throw new MLError('INPUT_INVALID', `Expected a delimiter of one ASCII character other than a quote, got ${JSON.stringify(delimiter)}.`, {
    details: { field: 'delimiter' },
  })
}

function fieldCounts(sample: Buffer, delimiter: string): number[] {
  const counts: number[] = []
  try {
    parse(sample, {
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      to: sampleRecords,
      on_record: (record: string[]) => {
        counts.push(record.length)
        return null
      },
    })
  } catch {
    // A quote left open within the sample: the rows before it have been counted.
  }
  return counts
}
