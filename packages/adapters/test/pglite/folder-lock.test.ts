import { spawnSync } from 'node:child_process'
import { utimesSync } from 'node:fs'
import { readFile, readdir, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { until } from '@motadata/testing'
import { type FolderLock, acquireFolderLock } from '../../src/pglite/folder-lock.js'
import { temporaryFolder } from '../engines.js'
import { runProcess } from '../processes/run.js'

describe('the lock of a data folder', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>

  beforeEach(async () => {
    folder = await temporaryFolder()
  })

  afterEach(() => folder.remove())

  /** Leaves a lock as somebody else would have left it. */
  const leaveLock = async (changes: Record<string, unknown>, ageMs = 0): Promise<void> => {
    const lock = await acquireFolderLock(folder.path)
    const mine = JSON.parse(await readFile(join(folder.path, 'lock.1'), 'utf8')) as Record<string, unknown>
    await lock.release()
    await writeFile(join(folder.path, 'lock.1'), JSON.stringify({ ...mine, ...changes }))
    const at = new Date(Date.now() - ageMs)
    await utimes(join(folder.path, 'lock.1'), at, at)
  }

  /** The pid of a process that has ended. */
  const deadPid = (): number => spawnSync(process.execPath, ['--version']).pid

  const refusal = expect.objectContaining({ code: 'STORAGE_LOCKED' })

  it('is held by one at a time, and tells the other who holds it and what to set', async () => {
    const lock = await acquireFolderLock(folder.path)
    await expect(acquireFolderLock(folder.path)).rejects.toMatchObject({
      code: 'STORAGE_LOCKED',
      message: expect.stringMatching(new RegExp(`pid ${process.pid}.*DATABASE_URL`, 's')),
    })
    await lock.release()
    await lock.release()
    await (await acquireFolderLock(folder.path)).release()
    expect(await readdir(folder.path)).toEqual([])
  })

  it('is taken over from a process that died', async () => {
    await leaveLock({ pid: deadPid() })
    const lock = await acquireFolderLock(folder.path)
    expect(await readdir(folder.path)).toEqual(['lock.2'])
    await expect(acquireFolderLock(folder.path)).rejects.toEqual(refusal)
    await lock.release()
  })

  it('is taken over when its pid has become that of another process', async () => {
    await leaveLock({ processStart: '1' })
    await (await acquireFolderLock(folder.path)).release()
  })

  it('is taken over from what no process can have written', async () => {
    for (const text of ['', '{', '{"pid":"x"}', 'null']) {
      await writeFile(join(folder.path, 'lock.1'), text)
      await (await acquireFolderLock(folder.path)).release()
    }
  })

  it('of another machine or container is respected while it gives signs of life', async () => {
    await leaveLock({ pidSpace: 'elsewhere', host: 'elsewhere', pid: 1 })
    await expect(acquireFolderLock(folder.path)).rejects.toMatchObject({ code: 'STORAGE_LOCKED', message: expect.stringMatching(/process 1 on elsewhere/) })
    await leaveLockSilent()
    await (await acquireFolderLock(folder.path, { watchMs: 300 })).release()
  })

  it.each([['ahead of', -3_600_000], ['behind', 3_600_000]])('is respected while its holder beats, though this clock is %s the holder’s by an hour, and taken over when it does not', async (_, byMs) => {
    await leaveLock({ pidSpace: 'elsewhere', host: 'elsewhere', pid: 1 })
    const path = join(folder.path, 'lock.1')
    const beat = setInterval(() => {
      const at = new Date(Date.now() + byMs)
      utimesSync(path, at, at)
    }, 20)
    try {
      await until(async () => (Math.abs((await stat(path)).mtimeMs - Date.now()) > 1_000_000 ? true : undefined))
      await expect(acquireFolderLock(folder.path)).rejects.toEqual(refusal)
    } finally {
      clearInterval(beat)
    }
    await (await acquireFolderLock(folder.path, { watchMs: 300 })).release()
  })

  const leaveLockSilent = async (): Promise<void> => {
    const at = new Date(Date.now() - 60_000)
    await utimes(join(folder.path, 'lock.1'), at, at)
  }

  it('goes to exactly one of many who start at once over a stale one', async () => {
    for (let round = 0; round < 20; round++) {
      await leaveLock({ pid: deadPid() })
      const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => acquireFolderLock(folder.path)))
      const held = outcomes.filter((outcome): outcome is PromiseFulfilledResult<FolderLock> => outcome.status === 'fulfilled')
      expect(held).toHaveLength(1)
      for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toEqual(refusal)
      await held[0]!.value.release()
      expect(await readdir(folder.path)).toEqual([])
    }
  })

  it('goes to exactly one of several processes, and to the next one once that was killed', async () => {
    await leaveLock({ pid: deadPid() })
    const processes = ['1', '2', '3'].map(() => runProcess('holder.ts', folder.path, 'lock'))
    try {
      const lines = await Promise.all(processes.map(({ line }) => line()))
      expect(lines.filter((line) => line === 'locked')).toHaveLength(1)
      const holder = processes[lines.indexOf('locked')]!
      const refused = lines.filter((line) => line !== 'locked')
      expect(refused).toHaveLength(2)
      for (const line of refused) expect(line).toMatch(new RegExp(`^refused STORAGE_LOCKED .*process ${holder.child.pid} `))
      await holder.kill()
      await (await acquireFolderLock(folder.path)).release()
    } finally {
      await Promise.all(processes.map(({ kill }) => kill()))
    }
  }, 120_000)
})
