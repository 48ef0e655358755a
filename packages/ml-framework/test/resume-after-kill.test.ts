import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createRandom } from '@motadata/core'

const entry = fileURLToPath(new URL('./train-once.mjs', import.meta.url))

/** Trains in a process of its own. @param killAt - Progress of the whole, 0..1, at which it is killed. @returns the artifact's hash if it came to it */
function train(folder: string, killAt = 2): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--conditions=@motadata/source', entry, folder], { stdio: ['ignore', 'pipe', 'pipe'] })
    let [out, errors] = ['', '']
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      const shares = [...out.matchAll(/^[a-z]+ (\d[\d.e-]*)$/gm)].map(([, share]) => Number(share))
      if (shares.some((share) => share >= killAt)) child.kill('SIGKILL')
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      const hash = /^done ([0-9a-f]{64})$/m.exec(out)?.[1]
      if (signal === 'SIGKILL' || code === 0) resolve(hash)
      else reject(new Error(`The training process ended with ${code}: ${errors}`))
    })
  })
}

describe('a training whose process is killed', () => {
  const folders: string[] = []
  const newFolder = (): string => {
    folders.push(mkdtempSync(join(tmpdir(), 'motadata-resume-')))
    return folders.at(-1)!
  }
  afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

  it('ends with the same model when it is run again, wherever it was killed', async () => {
    const undisturbed = await train(newFolder())
    expect(undisturbed).toMatch(/^[0-9a-f]{64}$/)
    const random = createRandom(11)
    const folder = newFolder()
    // each run comes farther than the one before, and is killed there
    for (const killAt of [0.1 + 0.2 * random.next(), 0.5 + 0.3 * random.next()]) expect(await train(folder, killAt)).toBeUndefined()
    expect(await train(folder)).toBe(undisturbed)
  }, 240_000)
})
