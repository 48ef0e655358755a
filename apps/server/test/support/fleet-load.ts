import { setTimeout as pause } from 'node:timers/promises'
import { brokenConnectionStatus } from './round-robin.js'

export interface FleetLoadOptions {
  /** Of the load balancer. */
  readonly url: string
  readonly operatorKey: string
  readonly wasKilled: (serverUrl: string) => boolean
}

export interface LoadReport {
  /** Predictions that were answered as they must be. */
  readonly predictions: number
  /** Predictions on connections that a killed server held. */
  readonly broken: number
  /** Training jobs that were acknowledged. */
  readonly jobs: number
  /** Versions there are in the end. */
  readonly versions: number
  /** Jobs that took more than one attempt. */
  readonly repeated: number
  /** What was found that must not be; empty when all is well. */
  readonly faults: readonly string[]
}

interface Tenant {
  readonly id: string
  readonly key: string
  /** Ids of acknowledged jobs. */
  readonly jobs: string[]
}

interface Answer {
  readonly status: number
  readonly body: unknown
  /** Of the server whose connection broke. */
  readonly brokenServer: string | null
}

interface JobAnswer {
  readonly state: string
  readonly attempt: number
  readonly result?: { readonly modelId: string; readonly version: number }
  readonly error?: { readonly code: string; readonly message: string }
}

const tenantIds = ['acme', 'globex', 'hooli', 'initech']
const modelIds = ['routing', 'priority']
const patienceMs = 120_000
const rows = Array.from({ length: 24 }, (_, i) => ({
  text: i % 2 === 0 ? `the printer number ${i} is out of paper` : `no vpn connection from room ${i}`,
  queue: i % 2 === 0 ? 'printing' : 'network',
}))
const instances = [{ text: 'the printer has no paper' }]

/** Tenants who train and predict without a pause, and who remember what they were promised. */
export class FleetLoad {
  readonly #options: FleetLoadOptions
  readonly #tenants: readonly Tenant[]
  readonly #faults: string[] = []
  #predictions = 0
  #broken = 0
  #ending = false
  #running: Promise<unknown> = Promise.resolve()

  private constructor(options: FleetLoadOptions, tenants: readonly Tenant[]) {
    this.#options = options
    this.#tenants = tenants
  }

  /** Resolves when every tenant has a model that predicts and the load goes on by itself. */
  static async start(options: FleetLoadOptions): Promise<FleetLoad> {
    const tenants: Tenant[] = []
    const load = new FleetLoad(options, tenants)
    for (const id of tenantIds) {
      const { body } = await load.#ask('POST', '/v1/tenants', options.operatorKey, { id })
      tenants.push({ id, key: (body as { adminKey: { key: string } }).adminKey.key, jobs: [] })
    }
    await Promise.all(tenants.map(async (tenant) => {
      for (const modelId of modelIds) await load.#train(tenant, modelId, `first-${modelId}`)
      for (const jobId of tenant.jobs) await load.#ended(tenant, jobId)
    }))
    load.#running = Promise.all(tenants.flatMap((tenant) => [load.#trainOn(tenant), load.#predictOn(tenant)]))
    return load
  }

  get progress(): string {
    const jobs = this.#tenants.reduce((sum, tenant) => sum + tenant.jobs.length, 0)
    return `${jobs} jobs, ${this.#predictions} predictions, ${this.#broken} of them broken off, ${this.#faults.length} faults`
  }

  /** Ends the load, waits for every job, and looks at what came of it. */
  async end(): Promise<LoadReport> {
    this.#ending = true
    await this.#running
    let [jobs, versions, repeated] = [0, 0, 0]
    await Promise.all(this.#tenants.map(async (tenant) => {
      const ended = await Promise.all(tenant.jobs.map((id) => this.#ended(tenant, id)))
      const made = ended.map(({ result }) => `${result?.modelId} ${result?.version}`)
      for (const [i, { state, error }] of ended.entries()) {
        if (state !== 'succeeded') this.#faults.push(`job ${tenant.jobs[i]} of ${tenant.id} is ${state}: ${error ? `${error.code}: ${error.message}` : 'no error'}`)
      }
      if (new Set(made).size !== made.length) this.#faults.push(`jobs of ${tenant.id} share versions: ${made.join(', ')}`)
      const there = await this.#versionsOf(tenant)
      if (there.toSorted().join() !== made.toSorted().join()) this.#faults.push(`jobs of ${tenant.id} made ${made.join(', ')}, but there are ${there.join(', ')}`)
      jobs += ended.length
      versions += there.length
      repeated += ended.filter(({ attempt }) => attempt > 1).length
    }))
    return { predictions: this.#predictions, broken: this.#broken, jobs, versions, repeated, faults: this.#faults }
  }

  async #trainOn(tenant: Tenant): Promise<void> {
    for (let count = 0; !this.#ending; count++) {
      await this.#train(tenant, modelIds[count % modelIds.length]!, `${count}`)
      // two wait at most, so that the load ends when it is to end
      while (!this.#ending && (await this.#openJobs(tenant)) >= 2) await pause(100)
    }
  }

  /** Asks until a server says yes; with the same key, so that what was done and not told is not done twice. */
  async #train(tenant: Tenant, modelId: string, idempotencyKey: string): Promise<void> {
    const { status, body } = await this.#askUntilAnswered('POST', '/v1/training-jobs', tenant.key, { modelId, target: 'queue', rows }, { 'idempotency-key': idempotencyKey })
    if (status === 202) tenant.jobs.push((body as { id: string }).id)
    else this.#faults.push(`a training of ${tenant.id} was answered ${status}: ${JSON.stringify(body)}`)
  }

  async #predictOn(tenant: Tenant): Promise<void> {
    for (let count = 0; !this.#ending; count++) {
      const { status, body, brokenServer } = await this.#ask('POST', `/v1/models/${modelIds[count % modelIds.length]}/predict`, tenant.key, { instances })
      if (status === 200) this.#predictions++
      else if (brokenServer !== null && this.#options.wasKilled(brokenServer)) this.#broken++
      else this.#faults.push(`a prediction of ${tenant.id} was answered ${status} (${brokenServer ?? 'by a server'}): ${JSON.stringify(body)}`)
      await pause(10)
    }
  }

  async #openJobs(tenant: Tenant): Promise<number> {
    const states = await Promise.all(['queued', 'running'].map((state) => this.#askUntilAnswered('GET', `/v1/jobs?state=${state}`, tenant.key)))
    return states.reduce((sum, { body }) => sum + (body as { jobs: unknown[] }).jobs.length, 0)
  }

  async #ended(tenant: Tenant, jobId: string): Promise<JobAnswer> {
    for (const giveUpMs = performance.now() + patienceMs; ; await pause(100)) {
      const { status, body } = await this.#askUntilAnswered('GET', `/v1/jobs/${jobId}`, tenant.key)
      const job = body as JobAnswer
      if (status !== 200) return { state: `answered ${status}`, attempt: 0 }
      if (!['queued', 'running'].includes(job.state) || performance.now() > giveUpMs) return job
    }
  }

  async #versionsOf(tenant: Tenant): Promise<string[]> {
    const names: string[] = []
    for (const modelId of modelIds) {
      let pageToken: string | undefined
      do {
        const query = pageToken === undefined ? '' : `&pageToken=${encodeURIComponent(pageToken)}`
        const { body } = await this.#askUntilAnswered('GET', `/v1/models/${modelId}/versions?limit=200${query}`, tenant.key)
        const page = body as { versions: { version: number }[]; nextPageToken?: string }
        names.push(...page.versions.map(({ version }) => `${modelId} ${version}`))
        pageToken = page.nextPageToken
      } while (pageToken !== undefined)
    }
    return names
  }

  async #askUntilAnswered(...request: [method: string, path: string, key: string, body?: unknown, headers?: Readonly<Record<string, string>>]): Promise<Answer> {
    for (const giveUpMs = performance.now() + patienceMs; ; await pause(20)) {
      const answer = await this.#ask(...request)
      if (answer.brokenServer === null || performance.now() > giveUpMs) return answer
    }
  }

  async #ask(method: string, path: string, key: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const response = await fetch(`${this.#options.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return {
      status: response.status,
      body: isJson ? (JSON.parse(text) as unknown) : text,
      brokenServer: response.status === brokenConnectionStatus ? response.headers.get('x-server') : null,
    }
  }
}
