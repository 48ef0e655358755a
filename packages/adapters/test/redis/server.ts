import { randomBytes } from 'node:crypto'
import { createClient } from 'redis'

export const redisUrl = 'redis://127.0.0.1:6379'

type Client = ReturnType<typeof createClient>

/** Runs something on the real server, past the adapters. */
export async function onRedis<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
  const client: Client = createClient({ url: redisUrl, RESP: 2, socket: { reconnectStrategy: false, connectTimeout: 2_000 } })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await work(client)
  } finally {
    client.destroy()
  }
}

/** Whether a Redis answers here. */
export const redisAnswers = await onRedis((client) => client.ping()).then(
  () => true,
  () => false,
)

/** Says plainly what was not run for want of a Redis; where services are required (`REQUIRE_SERVICES=1`) that is a failure. */
export function reportMissingRedis(what: string): void {
  if (redisAnswers) return
  if (process.env.REQUIRE_SERVICES === '1') {
    it(`${what} need a Redis`, () => {
      throw new Error(`Expected a Redis at ${redisUrl}, since REQUIRE_SERVICES=1, got no answer.`)
    })
  } else {
    process.stderr.write(`SKIPPED: ${what}, since no Redis answers at ${redisUrl}\n`)
    it.skip(`${what} need a Redis`, () => undefined)
  }
}

/** Keys under a prefix of their own, whose time can be made to pass. */
export class RedisKeys {
  readonly prefix = `adapters-${randomBytes(6).toString('hex')}:`

  /** Takes so much from every time to live, and from every time that a limiter has written down. */
  async advance(byMs: number): Promise<void> {
    await onRedis(async (client) => {
      for (const key of await this.#names(client)) {
        const leftMs = (await client.pTTL(key)) - byMs
        if (leftMs <= 0) {
          await client.del(key)
          continue
        }
        if (key.includes('rate/')) await client.set(key, String(Number(await client.get(key)) - byMs))
        await client.pExpire(key, leftMs)
      }
    })
  }

  async remove(): Promise<void> {
    await onRedis(async (client) => {
      const names = await this.#names(client)
      if (names.length > 0) await client.del(names)
    })
  }

  #names(client: Client): Promise<string[]> {
    return client.keys(`${this.prefix}*`)
  }
}
