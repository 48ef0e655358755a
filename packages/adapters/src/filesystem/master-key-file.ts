import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PlatformError } from '@motadata/core'
import { errorCode, makeFolderDurably, writeDurably } from './durable-file.js'

const format = 'master-keys/1'

/**
 * The master keys of a data folder, made the first time: one random key, readable by the owner alone.
 *
 * The file is `{ "format": "master-keys/1", "keys": [{ "secret": base64 of 32 bytes, "check": … }] }`, the current key first. The check is
 * the first 16 hexadecimal digits of SHA-256 over `master-key-check`, a zero byte and the secret; keys are named by it. A new key put in
 * front makes the others keys of former times, which still read what they signed.
 *
 * @param options.mayCreate - Whether a missing file is made; false where data signed with it may exist.
 * @returns 32 bytes each, the current one first
 * @throws MLError `CONFIGURATION_INVALID` for a file that is missing but must not be, or damaged; it is never replaced
 */
export async function loadMasterKeys(path: string, options: { readonly mayCreate: boolean }): Promise<Uint8Array[]> {
  const present = await readIfThere(path)
  if (present !== undefined) return parseMasterKeyFile(path, present)
  if (!options.mayCreate) {
    throw new PlatformError(
      'CONFIGURATION_INVALID',
      `Expected the master keys of this data folder at ${path}, got no file. ` +
        'Restore it from a backup: a new key could not read what the old one signed.',
    )
  }
  await makeFolderDurably(dirname(path))
  try {
    await writeDurably(path, Buffer.from(writeMasterKeys([randomBytes(32)])), { exclusive: true, mode: 0o600 })
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
  return parseMasterKeyFile(path, await readFile(path, 'utf8'))
}

/** The text of a master key file. */
export function writeMasterKeys(keys: readonly Uint8Array[]): string {
  const entries = keys.map((key) => ({ secret: Buffer.from(key).toString('base64'), check: masterKeyCheck(key) }))
  return `${JSON.stringify({ format, keys: entries }, null, 2)}\n`
}

/**
 * Master keys from a setting: each 32 bytes in base64, separated by commas, the current one first; or the text of a master key file.
 *
 * @param from - Where the text comes from, for messages.
 * @returns 32 bytes each, the current one first
 * @throws MLError `CONFIGURATION_INVALID`, which quotes nothing of them
 * @example
 * parseMasterKeys(process.env.MASTER_KEYS ?? '')
 */
export function parseMasterKeys(text: string, from = 'the setting'): Uint8Array[] {
  if (text.trimStart().startsWith('{')) return parseMasterKeyFile(from, text)
  const keys = text.split(',').map((part) => part.trim())
  if (keys.every((key) => /^[A-Za-z0-9+/]{43}=?$/.test(key))) return keys.map((key) => Uint8Array.from(Buffer.from(key, 'base64')))
  throw new PlatformError(
    'CONFIGURATION_INVALID',
    `Expected master keys in ${from} as base64 of 32 bytes each, separated by commas, the current one first, got something else (not shown). ` +
      'Make one with: openssl rand -base64 32.',
  )
}

function parseMasterKeyFile(path: string, text: string): Uint8Array[] {
  try {
    const file = JSON.parse(text) as { format?: unknown; keys?: unknown }
    if (file.format === format && Array.isArray(file.keys) && file.keys.length > 0) {
      return file.keys.map((entry: { secret?: unknown; check?: unknown }) => {
        const key = Buffer.from(String(entry.secret), 'base64')
        if (key.byteLength !== 32 || entry.check !== masterKeyCheck(key)) throw new TypeError('a key does not have its check')
        return Uint8Array.from(key)
      })
    }
  } catch {
    // The reason may quote the secret, so it is not passed on.
  }
  throw new PlatformError(
    'CONFIGURATION_INVALID',
    `Expected master keys in the format ${format} at ${path}, got something damaged. Restore the file from a backup; it is not replaced, ` +
      'since a new key could not read what the old one signed.',
  )
}

/** Tells a damaged key from a whole one, or one from another, and nothing about it. */
export function masterKeyCheck(key: Uint8Array): string {
  return createHash('sha256').update('master-key-check\0').update(key).digest('hex').slice(0, 16)
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}
