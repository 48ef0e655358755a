import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { PlatformError } from '@motadata/core'

/** Whom PostgreSQL runs as. */
export interface SystemAccount {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/**
 * PostgreSQL refuses to run as root, so root names another account of the system. None is made here: that would change the machine for
 * good, and one of that name may own other data.
 *
 * @returns undefined for whoever runs this process
 * @throws MLError `CONFIGURATION_INVALID`
 */
export async function findSystemAccount(name: string | undefined): Promise<SystemAccount | undefined> {
  const isRoot = process.getuid?.() === 0
  if (name === undefined) {
    if (!isRoot) return undefined
    throw new PlatformError(
      'CONFIGURATION_INVALID',
      "Expected another user than root, as whom PostgreSQL does not run. Start as somebody else, or name an account of this system to run it as, such as 'postgres': " +
        'POSTGRES_ACCOUNT, or account in code. useradd --system --user-group postgres makes one.',
    )
  }
  if (!isRoot) throw new PlatformError('CONFIGURATION_INVALID', `Expected no account, since only root can run PostgreSQL as another, got '${name}'. Leave it out.`)
  const [uid, gid] = await Promise.all([idOf(name, '-u'), idOf(name, '-g')])
  if (uid === undefined || gid === undefined || uid === 0) {
    throw new PlatformError('CONFIGURATION_INVALID', `Expected an account of this system that is not root, got '${name}'. useradd --system --user-group postgres makes one.`)
  }
  return { name, uid, gid }
}

async function idOf(name: string, which: '-u' | '-g'): Promise<number | undefined> {
  try {
    return Number((await promisify(execFile)('id', [which, '--', name])).stdout)
  } catch {
    return undefined
  }
}
