import { createHash } from 'node:crypto'
import { ErrorReply } from 'redis'
import type { RedisClient } from './redis-link.js'

/** A script that Redis runs as one step, sent by its hash and, where Redis does not know it, in full. */
export class RedisScript {
  readonly #source: string
  readonly #hash: string

  constructor(source: string) {
    this.#source = source
    this.#hash = createHash('sha1').update(source).digest('hex')
  }

  async run(client: RedisClient, keys: readonly string[], values: readonly (string | Buffer)[]): Promise<unknown> {
    const rest = [String(keys.length), ...keys, ...values]
    try {
      return await client.sendCommand(['EVALSHA', this.#hash, ...rest])
    } catch (error) {
      if (!(error instanceof ErrorReply) || !error.message.startsWith('NOSCRIPT')) throw error
      return client.sendCommand(['EVAL', this.#source, ...rest])
    }
  }
}
