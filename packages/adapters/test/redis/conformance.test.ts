import { CollectingLogger, FixedClock, describeCache, describeChangeSignal, describeOnlineStore, describeRateLimiter } from '@motadata/testing'
import { type RedisConnection, connectRedis } from '../../src/redis/index.js'
import { RedisKeys, redisAnswers, redisUrl, reportMissingRedis } from './server.js'

reportMissingRedis('the suites of ports on Redis')

if (redisAnswers) {
  const open = async (): Promise<RedisConnection & { advance(byMs: number): Promise<void> }> => {
    const keys = new RedisKeys()
    const redis = await connectRedis({ url: redisUrl, logger: new CollectingLogger(), clock: new FixedClock(), keyPrefix: keys.prefix, commandTimeoutMs: 5_000 })
    return {
      ...redis,
      advance: (byMs) => keys.advance(byMs),
      close: async () => {
        await redis.close()
        await keys.remove()
      },
    }
  }
  describeCache('Redis', open)
  describeChangeSignal('Redis', open)
  describeRateLimiter('Redis', open)
  describeOnlineStore('Redis', open)
}
