import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const source = fileURLToPath(new URL('../../src/process/small-young-generation.ts', import.meta.url))

/** Bytes of the young generation in a process of its own that has made and kept 64 MB of small objects, with and without the function around that. */
function youngBytesAfterwards(around: boolean): number {
  const script = `
    import { getHeapSpaceStatistics } from 'node:v8'
    import { withSmallYoungGeneration } from ${JSON.stringify(source)}
    const kept = []
    const fill = async () => { for (let index = 0; index < 1_000_000; index++) kept.push({ index }) }
    await ${around ? 'withSmallYoungGeneration(fill)' : 'fill()'}
    console.log(String(getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size))
  `
  return Number(execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { encoding: 'utf8' }))
}

describe('withSmallYoungGeneration', () => {
  it('keeps small what would stay large after a start that makes much', () => {
    expect(youngBytesAfterwards(true)).toBeLessThan(youngBytesAfterwards(false) / 2)
  })
})
