import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '../command.js'
import { workspacePackages } from '../workspace.js'
import { lastRelease } from './last-release.js'
import { makeScratchClone } from './scratch-clone.js'

const core = 'packages/core'

/** Proves that the last release of every package still passes its own tests with today's core: whoever updates core alone breaks nothing. */
export async function checkPreviousReleases(): Promise<string> {
  const clone = await makeScratchClone()
  try {
    const passed: string[] = []
    const unreleased: string[] = []
    const sameCore: string[] = []
    for (const { name, folder, isPrivate } of workspacePackages()) {
      if (isPrivate || folder === core) continue
      const release = await lastRelease(name, clone.folder)
      if (!release) {
        unreleased.push(name)
        continue
      }
      if ((await clone.git('diff', '--name-only', release.tag, 'HEAD', '--', `${core}/src`)) === '') {
        sameCore.push(release.tag)
        continue
      }
      await checkOut(release.tag, folder)
      const { code, output } = await runCommand('npx', ['jest'], {
        cwd: join(clone.folder, folder), env: { NODE_OPTIONS: '--experimental-vm-modules' }, timeoutMs: 600_000,
      })
      if (code !== 0) throw new Error(`${release.tag} fails its tests with today's core, so a change of core breaks it:\n${output.slice(-4000)}`)
      passed.push(release.tag)
      await checkOut('HEAD', folder)
    }
    const sentences = [
      passed.length > 0 ? `with today's core, these passed their own tests: ${passed.join(', ')}` : '',
      sameCore.length > 0 ? `core has not changed since: ${sameCore.join(', ')}` : '',
      unreleased.length > 0 ? `no previous release yet: ${unreleased.join(', ')}` : '',
    ]
    return sentences.filter(Boolean).join('; ')
  } finally {
    clone.remove()
  }

  async function checkOut(from: string, folder: string): Promise<void> {
    for (const part of ['src', 'test']) rmSync(join(clone.folder, folder, part), { recursive: true, force: true })
    await clone.git('checkout', '--quiet', from, '--', folder)
  }
}
