import { readFile, stat } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import { PlatformError } from '@motadata/core'
import { errorCode } from './durable-file.js'
import { parseMasterKeys } from './master-key-file.js'

/**
 * The master keys of a file that somebody else keeps, such as a mounted secret: a master key file, or the text that `parseMasterKeys` takes. It is
 * never made or changed here.
 *
 * Who may read it is held to PostgreSQL's rule for private keys: a file of this process's own user is nobody else's; one of root may be
 * read by its group too.
 *
 * @returns 32 bytes each, the current one first
 * @throws MLError `CONFIGURATION_INVALID` for a file that is missing, that others may read or change, or that holds something else; nothing of it is quoted
 * @see https://www.postgresql.org/docs/current/libpq-ssl.html, section 32.19.2
 * @example
 * const platform = await openPlatform({ masterKeys: await readMasterKeyFile('/run/secrets/master-keys.json') })
 */
export async function readMasterKeyFile(path: string): Promise<Uint8Array[]> {
  let text: string
  try {
    // the name may be a link, as it is in Kubernetes: what it leads to counts
    refuseOthers(path, await stat(path))
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof PlatformError) throw error
    throw invalid(`Expected a file with master keys at ${path} that this process may read, got ${errorCode(error) ?? 'an error'}.`)
  }
  return parseMasterKeys(text, path)
}

function refuseOthers(path: string, { mode, uid }: Stats): void {
  const ownId = process.getuid?.()
  // systems without users in this sense have no such rights either
  if (ownId === undefined) return
  const allowed = uid === 0 && ownId !== 0 ? 0o640 : 0o600
  const rights = mode & 0o777
  // whether its owner may run it harms nobody
  if ((rights & ~allowed & 0o677) === 0) return
  const shown = (value: number): string => value.toString(8).padStart(4, '0')
  throw invalid(`Expected the master keys at ${path} to have the rights ${shown(allowed)} or fewer, got ${shown(rights)}: others may read or change them. Take those rights away: chmod ${shown(allowed)} ${path}.`)
}

function invalid(message: string): PlatformError {
  return new PlatformError('CONFIGURATION_INVALID', message)
}
