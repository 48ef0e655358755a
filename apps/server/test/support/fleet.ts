import { type RoundRobin, startRoundRobin } from './round-robin.js'
import { type AppProcess, type ServerProcess, startServerProcess, startWorkerProcess } from './server-process.js'
import { redisUrl, type TestDatabase } from './services.js'

export interface FleetOptions {
  readonly database: TestDatabase
  readonly dataFolder: string
  readonly built: boolean
}

interface Member {
  readonly process: AppProcess
  /** Of a server. */
  readonly url?: string
}

/** Two servers and two workers as processes of their own, on one database, behind one address. */
export class Fleet {
  readonly names = ['first server', 'second server', 'first worker', 'second worker'] as const
  readonly #options: FleetOptions
  readonly #members = new Map<string, Member>()
  readonly #killed = new Set<string>()
  #balancer: RoundRobin | undefined
  #operatorKey: string | undefined

  constructor(options: FleetOptions) {
    this.#options = options
  }

  /** Where the load balancer is. */
  get url(): string {
    return this.#balancer!.url
  }

  get operatorKey(): string {
    return this.#operatorKey!
  }

  /** The addresses of the servers themselves. */
  get serverUrls(): readonly string[] {
    return [...this.#members.values()].flatMap(({ url }) => url ?? [])
  }

  /** Resolves when all four do their work; they start at once, on an empty database. */
  async start(): Promise<void> {
    this.#balancer = await startRoundRobin()
    const begun = await Promise.allSettled(this.names.map((name) => this.#begin(name)))
    // thrown once all are known, so that none is left behind
    for (const outcome of begun) if (outcome.status === 'rejected') throw outcome.reason
  }

  /** Kills one with SIGKILL and starts another in its place, which does its work when this resolves. */
  async replace(name: string): Promise<void> {
    const { process, url } = this.#members.get(name)!
    this.#members.delete(name)
    if (url !== undefined) this.#killed.add(url)
    await process.kill()
    if (url !== undefined) this.#balancer!.remove(url)
    await this.#begin(name)
  }

  /** Whether the server at an address was killed; each has an address of its own. */
  wasKilled(url: string): boolean {
    return this.#killed.has(url)
  }

  /** What each of them has printed to its log. */
  get logs(): string {
    return [...this.#members].map(([name, { process }]) => `${name}:\n${process.output.error}`).join('\n')
  }

  async kill(): Promise<void> {
    await Promise.all([...this.#members.values()].map(({ process }) => process.kill()))
    await this.#balancer?.close()
  }

  async #begin(name: string): Promise<void> {
    const { database, dataFolder, built } = this.#options
    const environment = { DATABASE_URL: database.url, DATABASE_MIGRATION_URL: database.ownerUrl, DATABASE_POOL_SIZE: '5', REDIS_URL: redisUrl }
    const options = { dataFolder, built, environment }
    if (name.endsWith('worker')) {
      this.#members.set(name, { process: await startWorkerProcess(options) })
      return
    }
    const server: ServerProcess = await startServerProcess(options)
    this.#members.set(name, { process: server, url: server.url })
    this.#operatorKey ??= /operator key +(\S+)/.exec(server.output.standard)?.[1]
    this.#balancer!.add(server.url)
  }
}
