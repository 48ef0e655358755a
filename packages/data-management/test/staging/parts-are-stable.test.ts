import { createRandom } from '@motadata/core'
import { withDuckDB } from '../../src/engine/open-duckdb.js'
import { withWorkFolder } from '../../src/engine/work-folder.js'
import { resolveLimits } from '../../src/sources/load-limits.js'
import { stageSource } from '../../src/staging/stage-source.js'

/** More rows than a row group of Parquet has, so that threads share the work. */
const rowCount = 260_000

async function* csv(): AsyncGenerator<Buffer> {
  const random = createRandom(5)
  yield Buffer.from('id,at,group,text\n')
  for (let start = 0; start < rowCount; start += 1_000) {
    yield Buffer.from(Array.from({ length: 1_000 }, (_, at) =>
      `${start + at},2026-01-05T10:00:${String(at % 60).padStart(2, '0')}Z,group ${Math.floor(random.next() * 20)},"words, ${random.next()}"\n`).join(''))
  }
}

const hashes = (threads: number): Promise<string[]> => withWorkFolder((folder) => withDuckDB({ folder, threads }, async (connection, connect) => {
  const { parts } = await stageSource({ bytes: csv(), form: { format: 'csv', compression: 'none' } }, { connection, connect, folder, limits: resolveLimits(), throwIfEnded: () => undefined })
  return parts.map(({ sha256 }) => sha256)
}))

it('the same rows give the same bytes, whatever the number of threads', async () => {
  const first = await hashes(1)
  expect(first).toHaveLength(2)
  for (const threads of [2, 4, 2]) expect(await hashes(threads)).toEqual(first)
}, 60_000)
