import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { PlatformError } from '@motadata/core'
import { errorCode, writeDurably } from '../filesystem/durable-file.js'

/** The passwords of the two logins, made for this server. */
export interface ServerLogins {
  readonly format: 'postgres-logins/1'
  /** Of the login that owns nothing. */
  readonly password: string
  /** Of the login that migrates. */
  readonly ownerPassword: string
}

export const databaseName = 'motadata'
export const loginName = 'motadata'
export const ownerName = 'motadata_owner'

/**
 * The passwords, from a file that only its owner can read.
 *
 * @param options.mayCreate - Whether there is no server yet that has others.
 * @throws MLError `CONFIGURATION_INVALID` when the file is gone or is none
 */
export async function loadServerLogins(path: string, { mayCreate }: { readonly mayCreate: boolean }): Promise<ServerLogins> {
  const found = await readLogins(path)
  if (found) return found
  if (!mayCreate) {
    throw new PlatformError('CONFIGURATION_INVALID', `Expected the passwords of the PostgreSQL server in ${path}, got no such file. Bring it back, or move the folder away to begin anew.`, {
      details: { path },
    })
  }
  const made: ServerLogins = { format: 'postgres-logins/1', password: randomBytes(24).toString('base64url'), ownerPassword: randomBytes(24).toString('base64url') }
  await writeDurably(path, Buffer.from(`${JSON.stringify(made)}\n`), { exclusive: true })
  return made
}

async function readLogins(path: string): Promise<ServerLogins | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const logins = parse(text)
  const isWhole = logins?.format === 'postgres-logins/1' && [logins.password, logins.ownerPassword].every((password) => /^[\w-]{32}$/.test(String(password)))
  if (isWhole) return logins as ServerLogins
  throw new PlatformError('CONFIGURATION_INVALID', `Expected the passwords of the PostgreSQL server in ${path}, got something else. Bring the file back, or move the folder away to begin anew.`, {
    details: { path },
  })
}

function parse(text: string): Partial<ServerLogins> | undefined {
  try {
    return (JSON.parse(text) as Partial<ServerLogins> | null) ?? undefined
  } catch {
    return undefined
  }
}

/** Addresses on the loopback only, which is all that the server listens on. */
export function serverUrls(port: number, { password, ownerPassword }: ServerLogins): { readonly databaseUrl: string; readonly migrationDatabaseUrl: string } {
  const url = (name: string, secret: string): string => `postgres://${name}:${secret}@127.0.0.1:${port}/${databaseName}`
  return { databaseUrl: url(loginName, password), migrationDatabaseUrl: url(ownerName, ownerPassword) }
}
