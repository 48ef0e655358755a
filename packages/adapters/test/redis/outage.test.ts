import { type Change, tenantKey } from '@motadata/core'
import { CollectingLogger, FixedClock, acme, until } from '@motadata/testing'
import { type RedisConnection, connectRedis } from '../../src/redis/index.js'
import { type FaultyServer, startFaultyServer, startProxy } from '../network/faulty-server.js'
import { RedisKeys, onRedis, redisAnswers, redisUrl, reportMissingRedis } from './server.js'

const key = tenantKey(acme, 'prediction', 1)
const bytes = new Uint8Array([1, 2, 3])
const urlOf = ({ port }: FaultyServer): string => `redis://:hunter2@127.0.0.1:${port}`
const change: Change = { topic: 'model-alias', tenantId: acme, subject: 'ticket-routing' }

describe('connectRedis', () => {
  it('names everything that is wrong with its options at once, without the password', async () => {
    const logger = new CollectingLogger()
    const refusal: unknown = await connectRedis({ url: 'http://:hunter2@host', logger, clock: new FixedClock(), commandTimeoutMs: 0, connectTimeoutMs: Number.NaN }).catch((error: unknown) => error)
    expect(refusal).toMatchObject({
      code: 'CONFIGURATION_INVALID',
      details: { problems: ['url', 'commandTimeoutMs', 'connectTimeoutMs'].map((name) => expect.stringContaining(`'${name}'`)) },
    })
    expect(String(refusal)).not.toContain('hunter2')
    for (const url of ['', 'redis://', 'redis://host/name', 7]) {
      await expect(connectRedis({ url: url as string, logger, clock: new FixedClock() })).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' })
    }
  })
})

describe('without Redis', () => {
  let logger: CollectingLogger
  let redis: RedisConnection | undefined
  let server: FaultyServer | undefined

  beforeEach(() => {
    logger = new CollectingLogger()
  })

  afterEach(async () => {
    await redis?.close()
    await server?.close()
    redis = server = undefined
  })

  const connect = async (url: string, options: { readonly keyPrefix?: string; readonly commandTimeoutMs?: number } = {}): Promise<RedisConnection> => {
    redis = await connectRedis({ url, logger, clock: new FixedClock(), connectTimeoutMs: 300, ...options })
    return redis
  }

  /** What every process can go on with while Redis is away. */
  const expectDegraded = async ({ cache, rateLimiter, onlineStore, changes, ping }: RedisConnection): Promise<void> => {
    await cache.set(key, bytes, { ttlMs: 60_000 })
    await cache.delete(key)
    expect(await cache.get(key)).toBeUndefined()
    const limit = { limit: 2, windowMs: 60_000 }
    const decisions = []
    for (let i = 0; i < 3; i++) decisions.push((await rateLimiter.take('address/192.0.2.1', limit)).allowed)
    expect(decisions).toEqual([true, true, false])
    expect(await onlineStore.getMany(acme, ['a', 'b'])).toEqual([undefined, undefined])
    const heard: Change[] = []
    const stop = changes.subscribe('model-alias', (told) => void heard.push(told))
    await changes.publish(change)
    stop()
    expect(heard).toEqual([change])
    await expect(onlineStore.setMany(acme, [{ key: 'a', bytes, eventTimeMs: 1 }], { ttlMs: 1_000 })).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    await expect(onlineStore.deleteMany(acme, ['a'])).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    await expect(ping()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  }

  const expectOneLineLogged = (): void => {
    expect(logger.records).toEqual([{ level: 'warn', fields: { reason: expect.any(String) }, message: expect.stringContaining('Redis does not answer') }])
    expect(JSON.stringify(logger.records)).not.toContain('hunter2')
  }

  it('goes on where nothing listens, and says so once', async () => {
    const unused = await startFaultyServer(() => undefined)
    await unused.close()
    await expectDegraded(await connect(urlOf(unused)))
    expectOneLineLogged()
    expect(redis!.isConnected).toBe(false)
  })

  it('goes on where a server takes connections and says nothing, and tries again', async () => {
    server = await startFaultyServer(() => undefined)
    await expectDegraded(await connect(urlOf(server)))
    await until(() => (server!.connections > 4 ? true : undefined))
    expectOneLineLogged()
  })

  it('goes on where a server ends every connection, and tries again', async () => {
    server = await startFaultyServer((socket) => socket.end())
    await expectDegraded(await connect(urlOf(server)))
    await until(() => (server!.connections > 4 ? true : undefined))
    expectOneLineLogged()
  })

  it('goes on where a server answers nonsense', async () => {
    server = await startFaultyServer((socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))
    await expectDegraded(await connect(urlOf(server)))
    expectOneLineLogged()
  })

  it('closes more than once, and is then away for good', async () => {
    server = await startFaultyServer(() => undefined)
    const connection = await connect(urlOf(server))
    await connection.close()
    await connection.close()
    await expectDegraded(connection)
  })

  reportMissingRedis('the tests of a Redis that goes away')
  const describeWithRedis = redisAnswers ? describe : undefined
  describeWithRedis?.('that was there before', () => {
    const keys = new RedisKeys()
    afterEach(() => keys.remove())

    const isBack = (): Promise<unknown> => until(() => (redis!.isConnected ? true : undefined))

    it('goes on when the connections are killed, and connects again', async () => {
      await connect(redisUrl, { keyPrefix: keys.prefix, commandTimeoutMs: 2_000 })
      await redis!.cache.set(key, bytes, { ttlMs: 60_000 })
      const heard: Change[] = []
      redis!.changes.subscribe('model-alias', (told) => void heard.push(told))
      await onRedis(async (client) => {
        // Others use this server too.
        const all = (await client.sendCommand(['CLIENT', 'LIST'])) as unknown as string
        const ours = all.split('\n').filter((line) => line.includes(` name=${keys.prefix} `)).map((line) => /\bid=(\d+)/.exec(line)![1]!)
        expect(ours).toHaveLength(2)
        for (const id of ours) await client.sendCommand(['CLIENT', 'KILL', 'ID', id])
      })
      await until(() => (logger.records.length > 0 ? true : undefined))
      await isBack()
      expect(logger.records.map(({ level }) => level)).toEqual(['warn', 'info'])
      expect(await redis!.cache.get(key)).toEqual(bytes)
      await redis!.changes.publish(change)
      await until(() => (heard.length > 0 ? true : undefined))
      expect(heard).toEqual([change])
    })

    it('answers by the deadline when Redis hangs, at once from then on, and uses it again when it has recovered', async () => {
      const proxy = await startProxy(6379)
      server = proxy
      // long enough for a good answer on a busy machine
      await connect(`redis://127.0.0.1:${proxy.port}`, { keyPrefix: keys.prefix, commandTimeoutMs: 1_000 })
      await redis!.cache.set(key, bytes, { ttlMs: 60_000 })
      expect(await redis!.cache.get(key)).toEqual(bytes)
      proxy.hang()
      // it would never be answered otherwise
      expect(await redis!.cache.get(key)).toBeUndefined()
      // at once: before this process looks at any timer or socket again
      let looked = false
      const look = setImmediate(() => (looked = true))
      for (let i = 0; i < 100; i++) expect(await redis!.cache.get(key)).toBeUndefined()
      expect(looked).toBe(false)
      clearImmediate(look)
      expect(redis!.isConnected).toBe(false)
      expect(await redis!.rateLimiter.take('address/192.0.2.1', { limit: 1, windowMs: 1_000 })).toMatchObject({ allowed: true })
      proxy.recover()
      await isBack()
      expect(await redis!.cache.get(key)).toEqual(bytes)
      expect(logger.records.map(({ level }) => level)).toEqual(['warn', 'info'])
    })
  })
})
