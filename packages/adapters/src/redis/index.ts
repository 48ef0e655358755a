export { connectRedis, type ConnectRedisOptions, type RedisConnection } from './connect-redis.js'
