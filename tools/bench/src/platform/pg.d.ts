/** What of `pg` the benchmarks use. */
declare module 'pg' {
  export class Client {
    constructor(config: { readonly connectionString: string; readonly connectionTimeoutMillis?: number })
    connect(): Promise<unknown>
    query(text: string, values?: readonly unknown[]): Promise<{ readonly rows: Record<string, unknown>[] }>
    end(): Promise<void>
  }
}
