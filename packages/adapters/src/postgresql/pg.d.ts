/** What of `pg` is used here. */
declare module 'pg' {
  export interface PoolConfig {
    readonly connectionString: string
    readonly max?: number
    readonly connectionTimeoutMillis?: number
    readonly idleTimeoutMillis?: number
    readonly application_name?: string
    readonly keepAlive?: boolean
    readonly statement_timeout?: number
    readonly lock_timeout?: number
    readonly query_timeout?: number
    readonly Client?: typeof Client
  }

  export interface Result {
    readonly rows: Record<string, unknown>[]
  }

  export interface Notification {
    readonly channel: string
    readonly payload?: string
  }

  export class Client {
    constructor(config: PoolConfig)
    connect(): Promise<Client>
    query(text: string, values?: readonly unknown[]): Promise<Result>
    end(): Promise<void>
    on(event: 'notification', listener: (notification: Notification) => void): this
    on(event: 'error' | 'end', listener: (error?: Error) => void): this
    removeAllListeners(): this
  }

  export class Pool {
    constructor(config: PoolConfig)
    readonly options: object
    connect(): Promise<never>
    end(): Promise<void>
    on(event: 'error', listener: (error: Error) => void): this
  }
}
