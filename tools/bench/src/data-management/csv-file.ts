import { createWriteStream, existsSync } from 'node:fs'
import { once } from 'node:events'
import { createRandom } from '@motadata/core'

/** Twenty columns, as an export of tickets has them. */
const header = 'number,opened_at,resolved_at,state,priority,impact,urgency,category,group,assignee,caller,site,short_description,reassignments,hours,cost,vip,made_sla,reopened,score'
const states = ['new', 'in progress', 'on hold', 'resolved', 'closed']
const categories = Array.from({ length: 40 }, (_, at) => `category ${at}`)
const words = 'vpn mail printer laptop slow broken password access network error screen update outlook drive phone order reset login license install'.split(' ')
const rowsPerBlock = 10_000

/** Writes rows of CSV, the same for the same number. */
export async function writeCsv(path: string, rowCount: number): Promise<void> {
  if (existsSync(path)) return
  const random = createRandom(11)
  const of = <Value>(values: readonly Value[]): Value => values[Math.floor(random.next() * values.length)]!
  const file = createWriteStream(path)
  file.write(`${header}\n`)
  for (let start = 0; start < rowCount; start += rowsPerBlock) {
    let block = ''
    for (let row = start; row < Math.min(rowCount, start + rowsPerBlock); row++) {
      const openedMs = 1_700_000_000_000 + row * 30_000
      const hours = Math.round(random.next() * 20_000) / 100
      const text = `${of(words)} ${of(words)} ${of(words)} ${of(words)} ${of(words)} ${row % 7 === 0 ? `"", ${of(words)}` : of(words)}`
      block += [
        `INC${String(row).padStart(9, '0')}`, new Date(openedMs).toISOString(), random.next() < 0.1 ? '' : new Date(openedMs + hours * 3_600_000).toISOString().slice(0, 19), of(states),
        1 + Math.floor(random.next() * 4), 1 + Math.floor(random.next() * 3), 1 + Math.floor(random.next() * 3), of(categories), `group ${Math.floor(random.next() * 200)}`,
        `user.${Math.floor(random.next() * 5_000)}`, `caller.${Math.floor(random.next() * 40_000)}`, `site ${Math.floor(random.next() * 60)}`, `"${text}"`, Math.floor(random.next() * 6), hours,
        random.next() < 0.3 ? '' : (random.next() * 500).toFixed(2), random.next() < 0.05, random.next() < 0.8, random.next() < 0.1, random.next(),
      ].join(',') + '\n'
    }
    if (!file.write(block)) await once(file, 'drain')
  }
  file.end()
  await once(file, 'close')
}
