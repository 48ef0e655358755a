import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PlatformError } from '@motadata/core'
import { errorCode, makeFolderDurably, writeDurably } from './durable-file.js'
import { masterKeyCheck, parseMasterKeys, writeMasterKeys } from './master-key-file.js'

/**
 * Changes which master keys a file holds, one step at a time. A key is named by its check, which gives nothing of it away. The file is
 * there whole at any moment, readable by its owner alone; processes take it up when they start.
 *
 * A new key is added behind the others first, so that every process comes to know it before the first one signs with it; then it is made
 * the current one. The former one stays behind it: it reads what it signed.
 *
 * @example
 * const keys = new MasterKeyFile('/etc/motadata/master-keys.json')
 * await keys.create()
 * const next = await keys.add() // restart every process
 * await keys.promote(next)      // and again
 */
export class MasterKeyFile {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /**
   * Makes the file with one new key.
   *
   * @returns the key's name
   * @throws MLError `CONFIGURATION_INVALID` where there is a file already
   */
  async create(): Promise<string> {
    const key = randomBytes(32)
    await makeFolderDurably(dirname(this.path))
    try {
      await writeDurably(this.path, Buffer.from(writeMasterKeys([key])), { exclusive: true })
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
      throw new PlatformError('CONFIGURATION_INVALID', `Expected no file at ${this.path}, got one; its keys are still needed. Add a key to it instead.`)
    }
    return masterKeyCheck(key)
  }

  /**
   * The names of the keys, the current one first.
   *
   * @throws MLError `CONFIGURATION_INVALID` for a file that is missing or damaged
   */
  async list(): Promise<readonly string[]> {
    return (await this.#read()).map(masterKeyCheck)
  }

  /**
   * Adds a new key behind the others: it is known, and nothing is signed with it yet.
   *
   * @returns its name
   * @throws MLError `CONFIGURATION_INVALID` as {@link list}
   */
  async add(): Promise<string> {
    const key = randomBytes(32)
    await this.#write([...(await this.#read()), key])
    return masterKeyCheck(key)
  }

  /**
   * Makes a key the current one; the one before it comes behind it.
   *
   * @throws MLError `CONFIGURATION_INVALID`, also when there is no key of that name
   */
  async promote(name: string): Promise<void> {
    const keys = await this.#read()
    const key = this.#named(keys, name)
    await this.#write([key, ...keys.filter((other) => other !== key)])
  }

  /**
   * Removes a key for good. What it signed can be read no more.
   *
   * @throws MLError `CONFIGURATION_INVALID`, also when there is no key of that name, and for the current one
   */
  async remove(name: string): Promise<void> {
    const keys = await this.#read()
    const key = this.#named(keys, name)
    if (key === keys[0]) throw new PlatformError('CONFIGURATION_INVALID', `Expected a key that is not the current one, got '${name}'. Make another the current one first.`)
    await this.#write(keys.filter((other) => other !== key))
  }

  #named(keys: readonly Uint8Array[], name: string): Uint8Array {
    const key = keys.find((one) => masterKeyCheck(one) === name)
    if (key) return key
    throw new PlatformError('CONFIGURATION_INVALID', `Expected the name of a key in ${this.path}, one of ${keys.map(masterKeyCheck).join(', ')}, got '${name}'.`)
  }

  async #read(): Promise<readonly Uint8Array[]> {
    let text: string
    try {
      text = await readFile(this.path, 'utf8')
    } catch (error) {
      throw new PlatformError('CONFIGURATION_INVALID', `Expected a file with master keys at ${this.path} that this process may read, got ${errorCode(error) ?? 'an error'}.`)
    }
    return parseMasterKeys(text, this.path)
  }

  async #write(keys: readonly Uint8Array[]): Promise<void> {
    await writeDurably(this.path, Buffer.from(writeMasterKeys(keys)))
  }
}
