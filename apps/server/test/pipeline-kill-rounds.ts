import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openPlatform } from '@motadata/adapters'
import { createRandom, parseTenantId, platformContext } from '@motadata/core'
import { DataManager, type DatasetVersion } from '@motadata/data-management'
import { type ServerProcess, startServerProcess } from './support/server-process.js'

export interface PipelineKillRoundsOptions {
  readonly rounds: number
  readonly seed: number
  /** Whether to kill what was built, which is faster; default from source. */
  readonly built?: boolean
  /** Told of each round; default nobody. */
  readonly report?: (line: string) => void
}

export interface PipelineKillRoundsReport {
  readonly killedAfterMs: readonly number[]
  /** Runs that were acknowledged. */
  readonly runs: number
  /** Versions that they made. */
  readonly versions: number
  /** What was found that must not be; empty when all is well. */
  readonly faults: readonly string[]
}

interface Run {
  readonly id: string
  readonly state: string
  readonly endedAt?: string
  readonly error?: object
  readonly steps: readonly { readonly dataset?: { readonly version: number } }[]
}

const tenantId = parseTenantId('default')
const patienceMs = 120_000
const rowCount = 20_000
const keptCount = rowCount / 2
const path = '/v1/data-pipelines/killed'

/**
 * Kills the server with SIGKILL again and again while it runs a pipeline that appends, always on the same data folder, at points spread evenly, in
 * random order, over the time that a run takes. After each kill the folder is opened and every version is read; in the end every acknowledged run
 * must have appended its rows exactly once.
 */
export async function runPipelineKillRounds({ rounds, seed, built = false, report = () => undefined }: PipelineKillRoundsOptions): Promise<PipelineKillRoundsReport> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'motadata-pipeline-kill-'))
  const faults: string[] = []
  const killedAfterMs: number[] = []
  const ids: string[] = []
  let server: ServerProcess | undefined
  try {
    server = await startServerProcess({ dataFolder, built })
    const key = server.adminKey
    if (key === undefined) throw new Error(`Expected the first start to show an admin key, got:\n${server.output.standard}`)
    await define(server.url, key)
    const begunMs = performance.now()
    ids.push(await start(server.url, key, 'measured'))
    await untilRun(server.url, key, ids[0]!, ({ endedAt }) => endedAt !== undefined)
    const runMs = performance.now() - begunMs
    await server.kill()

    const random = createRandom(seed)
    for (const point of random.shuffle(Array.from({ length: rounds }, (_, at) => ((at + random.next()) / rounds) * runMs))) {
      server = await startServerProcess({ dataFolder, built })
      // a job whose process died in each of its four attempts is given up, so a run is killed three times at most
      if (killedAfterMs.length % 3 === 0) for (const id of ids) await untilRun(server.url, key, id, ({ endedAt }) => endedAt !== undefined)
      ids.push(await start(server.url, key, `round-${ids.length}`))
      await pause(point)
      await server.kill()
      killedAfterMs.push(Math.round(point))
      const found = await checkFolder(dataFolder)
      faults.push(...found.faults)
      report(`round ${killedAfterMs.length} of ${rounds}: killed after ${Math.round(point)} ms, ${found.versions.length} versions, ${found.faults.length} faults`)
    }

    server = await startServerProcess({ dataFolder, built })
    const { url } = server
    const ended = []
    for (const id of ids) ended.push(await untilRun(url, key, id, ({ endedAt }) => endedAt !== undefined))
    await server.kill()
    const { versions, faults: last } = await checkFolder(dataFolder)
    faults.push(...last, ...ended.filter(({ state }) => state !== 'succeeded').map(({ id, state, error }) => `run ${id} is ${state}: ${JSON.stringify(error)}`))
    const made = new Set(ended.map(({ steps }) => steps.at(-1)?.dataset?.version))
    if (versions.length !== ids.length || made.size !== ids.length) faults.push(`${ids.length} runs made ${versions.length} versions and name ${made.size} of them`)
    if (versions[0]?.rowCount !== ids.length * keptCount) faults.push(`${ids.length} runs appended ${versions[0]?.rowCount} rows instead of ${ids.length * keptCount}`)
    return { killedAfterMs, runs: ids.length, versions: versions.length, faults }
  } finally {
    await server?.kill()
    await rm(dataFolder, { recursive: true, force: true })
  }
}

/** Opens the folder as the next start would, and reads every version there is. */
async function checkFolder(dataFolder: string): Promise<{ readonly versions: readonly DatasetVersion[]; readonly faults: string[] }> {
  const platform = await openPlatform({ dataFolder })
  try {
    const datasets = await DataManager.open(platform)
    const context = platformContext(tenantId, 'pipeline-kill-rounds')
    const { datasets: there } = await datasets.listDatasets(context)
    if (!there.some(({ name }) => name === 'kept')) return { versions: [], faults: [] }
    const { versions } = await datasets.listVersions(context, 'kept', { limit: 200 })
    const faults: string[] = []
    for (const { version, rowCount: count } of versions) {
      const read = await datasets.readData(context, { name: 'kept', version }, { columns: ['id'] }).then((rows) => rows.rowCount, (error: unknown) => String(error))
      if (read !== count || count !== version * keptCount) faults.push(`version ${version} says ${count} rows, has ${read} and should have ${version * keptCount}`)
    }
    return { versions, faults }
  } finally {
    await platform.close()
  }
}

async function define(url: string, key: string): Promise<void> {
  const csv = `id,text\n${Array.from({ length: rowCount }, (_, at) => `${at},ticket ${at}`).join('\n')}\n`
  await ask(url, key, 'POST', '/v1/datasets?name=tickets&text=text', csv)
  await ask(url, key, 'PUT', path, JSON.stringify({ steps: [
    { name: 'tickets', kind: 'extract', dataset: 'tickets' },
    { name: 'even', kind: 'filter', where: 'id % 2 = 0' },
    { name: 'longer', kind: 'derive', columns: { characters: 'length(text)' } },
    { name: 'ordered', kind: 'window', orderBy: 'id', measures: { before: { function: 'sum', column: 'characters' } } },
    { name: 'checked', kind: 'validate', expectations: [{ kind: 'row-count', minimum: keptCount, maximum: keptCount }] },
    { name: 'kept', kind: 'load', dataset: 'kept', mode: 'append' },
  ] }))
}

/** Each run does all of its work anew, so that there is something to kill. */
async function start(url: string, key: string, name: string): Promise<string> {
  return (await ask<{ id: string }>(url, key, 'POST', `${path}/runs`, JSON.stringify({ useCache: false }), { 'idempotency-key': name })).id
}

async function untilRun(url: string, key: string, id: string, isSo: (run: Run) => boolean): Promise<Run> {
  for (const giveUpMs = performance.now() + patienceMs; ; await pause(20)) {
    const run = await ask<Run>(url, key, 'GET', `${path}/runs/${id}`)
    if (isSo(run) || performance.now() > giveUpMs) return run
  }
}

async function ask<Body>(url: string, key: string, method: string, to: string, body?: string, headers: Readonly<Record<string, string>> = {}): Promise<Body> {
  const type = body?.startsWith('{') === false ? 'text/csv' : 'application/json'
  const response = await fetch(`${url}${to}`, { method, headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': type }), ...headers }, ...(body === undefined ? {} : { body }) })
  if (!response.ok) throw new Error(`Expected ${method} ${to} to be taken, got ${response.status}: ${await response.text()}`)
  return (await response.json()) as Body
}
