import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { removeAbandoned, withWorkFolder } from '../../src/engine/work-folder.js'

let parent: string
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'work-folders-'))
})
afterEach(() => rmSync(parent, { recursive: true, force: true }))

const days = 24 * 60 * 60 * 1_000

function leave(name: string, ageMs: number): string {
  const folder = join(parent, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'rows.parquet'), 'rows of a tenant')
  const at = new Date(Date.now() - ageMs)
  utimesSync(folder, at, at)
  return folder
}

describe('withWorkFolder', () => {
  it('gives a folder named by the process, and removes it whatever happens', async () => {
    let seen = ''
    await expect(withWorkFolder(async (folder) => {
      seen = folder
      writeFileSync(join(folder, 'x'), 'x')
      throw new Error('stopped')
    }, parent)).rejects.toThrow('stopped')
    expect(basename(seen)).toMatch(new RegExp(`^motadata-data-${process.pid}-`))
    expect(existsSync(seen)).toBe(false)
  })

  it('removes what a killed process left, and nothing else', async () => {
    const { pid: gone } = spawnSync(process.execPath, ['-e', ''])
    const left = leave(`motadata-data-${gone}-abc`, 2 * days)
    const kept = [
      leave(`motadata-data-${gone}-new`, days / 2), leave(`motadata-data-${process.pid}-own`, 2 * days), leave('motadata-data-x-abc', 2 * days), leave('of-somebody-else', 2 * days),
    ]
    await removeAbandoned(parent)
    expect(existsSync(left)).toBe(false)
    expect(kept.map((folder) => existsSync(folder))).toEqual(kept.map(() => true))
  })

  it('does so before the first work of a process in a place', async () => {
    const { pid: gone } = spawnSync(process.execPath, ['-e', ''])
    const left = leave(`motadata-data-${gone}-abc`, 2 * days)
    await withWorkFolder(async () => expect(existsSync(left)).toBe(false), parent)
  })
})
