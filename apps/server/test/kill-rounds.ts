import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openPlatform } from '@motadata/adapters'
import { createRandom, type Job, type ModelVersion, parseTenantId, platformContext } from '@motadata/core'
import { MLSystem } from '@motadata/ml-framework'
import { type ServerProcess, startServerProcess } from './support/server-process.js'

export interface KillRoundsOptions {
  readonly rounds: number
  readonly seed: number
  /** Trainings that a round begins, one after the other; default 2. */
  readonly jobsPerRound?: number
  /** Whether to kill what was built, which is faster; default from source. */
  readonly built?: boolean
  /** Told of each round; default nobody. */
  readonly report?: (line: string) => void
}

export interface KillRoundsReport {
  /** When the server was killed in each round, after its first job began. */
  readonly killedAfterMs: readonly number[]
  /** Jobs that were acknowledged, all rounds together. */
  readonly jobs: number
  /** Versions registered in the end. */
  readonly versions: number
  /** What was found that must not be; empty when all is well. */
  readonly faults: readonly string[]
}

const tenantId = parseTenantId('default')
const patienceMs = 60_000

/**
 * Kills the server with SIGKILL again and again while it trains and registers, always on the same data folder. The points are spread
 * evenly, in random order, over the time that a round's jobs take. After each kill the folder is opened and every version's artifact
 * is read, checked against its hash and predicted with; in the end every acknowledged job must have made exactly one version.
 */
export async function runKillRounds(options: KillRoundsOptions): Promise<KillRoundsReport> {
  const { rounds, seed, jobsPerRound = 2, built = false, report = () => undefined } = options
  const dataFolder = await mkdtemp(join(tmpdir(), 'motadata-kill-'))
  const faults: string[] = []
  const killedAfterMs: number[] = []
  const jobIds: string[] = []
  let server: ServerProcess | undefined
  try {
    server = await startServerProcess({ dataFolder, built })
    const key = server.adminKey
    if (key === undefined) throw new Error(`Expected the first start to show an admin key, got:\n${server.output.standard}`)
    const jobMs = await measureJob(server.url, key, jobIds)
    await server.kill()

    const random = createRandom(seed)
    const points = random.shuffle(Array.from({ length: rounds }, (_, i) => ((i + random.next()) / rounds) * jobMs * jobsPerRound))
    for (const [round, point] of points.entries()) {
      server = await startServerProcess({ dataFolder, built })
      const ids = await enqueue(server.url, key, `round-${round}`, jobsPerRound)
      jobIds.push(...ids)
      await untilState(server.url, key, ids, ['running', 'succeeded'])
      await pause(point)
      await server.kill()
      killedAfterMs.push(Math.round(point))
      const found = await checkFolder(dataFolder)
      faults.push(...found.faults.map((fault) => `round ${round}, killed after ${Math.round(point)} ms: ${fault}`))
      report(`round ${round + 1} of ${rounds}: killed after ${Math.round(point)} ms, ${found.versions.length} versions, ${found.faults.length} faults`)
    }

    server = await startServerProcess({ dataFolder, built })
    const ended = await Promise.all(jobIds.map((id) => untilEnded(server!.url, key, id)))
    await server.kill()
    const { versions, faults: last } = await checkFolder(dataFolder)
    faults.push(...last, ...checkJobs(ended, versions))
    return { killedAfterMs, jobs: jobIds.length, versions: versions.length, faults }
  } finally {
    await server?.kill()
    await rm(dataFolder, { recursive: true, force: true })
  }
}

/** Opens the folder as the next start would, and looks whether every version has its artifact and can predict. */
async function checkFolder(dataFolder: string): Promise<{ readonly versions: ModelVersion[]; readonly faults: string[] }> {
  const platform = await openPlatform({ dataFolder })
  try {
    const system = await MLSystem.open(platform)
    const context = platformContext(tenantId, 'kill-rounds')
    const versions: ModelVersion[] = []
    const faults: string[] = []
    for (const { name, latestVersion = 0, aliases } of (await system.listModels(context, { limit: 200 })).models) {
      const page = await system.listVersions(context, name, { limit: 200 })
      if (page.versions.length !== latestVersion) faults.push(`${name} says it has ${latestVersion} versions, but ${page.versions.length} are there`)
      if (aliases['champion'] === undefined) faults.push(`${name} has no champion`)
      for (const version of page.versions) {
        versions.push(version)
        await Promise.resolve(platform.artifacts.get(tenantId, version.artifact.sha256))
          .then(() => system.predict(context, { name, version: version.version }, [{ text: 'the printer is jammed' }]))
          .catch((error: unknown) => faults.push(`${name} version ${version.version}: ${String(error)}`))
      }
    }
    await system.close()
    return { versions, faults }
  } finally {
    await platform.close()
  }
}

function checkJobs(jobs: readonly Job[], versions: readonly ModelVersion[]): string[] {
  const faults = jobs.filter(({ state }) => state !== 'succeeded').map(({ id, state, error }) => `job ${id} ended as ${state}: ${error ? `${error.code}: ${error.message}` : 'no error'}`)
  if (versions.length !== jobs.length) faults.push(`${jobs.length} jobs made ${versions.length} versions`)
  const made = new Set(jobs.map(({ result }) => JSON.stringify(result, ['modelId', 'version'])))
  if (made.size !== jobs.length) faults.push(`${jobs.length} jobs name only ${made.size} different versions`)
  return faults
}

/** How long one job takes here and now, without being killed. */
async function measureJob(url: string, key: string, jobIds: string[]): Promise<number> {
  const [id] = await enqueue(url, key, 'measured', 1)
  if (id === undefined) throw new Error('Expected a job.')
  jobIds.push(id)
  await untilState(url, key, [id], ['running', 'succeeded'])
  const begunMs = performance.now()
  await untilEnded(url, key, id)
  return performance.now() - begunMs
}

async function enqueue(url: string, key: string, name: string, count: number): Promise<string[]> {
  const rows = Array.from({ length: 24 }, (_, i) => ({
    text: i % 2 === 0 ? `the printer number ${i} is out of paper` : `no vpn connection from room ${i}`,
    queue: i % 2 === 0 ? 'printing' : 'network',
  }))
  const ids: string[] = []
  for (let job = 0; job < count; job++) {
    const response = await fetch(`${url}/v1/training-jobs`, {
      method: 'POST',
      headers: { 'authorization': `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': `${name}-${job}` },
      body: JSON.stringify({ modelId: `killed_${job}`, modelType: 'classification', target: 'queue', rows }),
    })
    if (response.status !== 202) throw new Error(`Expected a job to be accepted, got ${response.status}: ${await response.text()}`)
    ids.push(((await response.json()) as { id: string }).id)
  }
  return ids
}

/** Waits until one of the jobs is in one of the states. */
async function untilState(url: string, key: string, ids: readonly string[], states: readonly Job['state'][]): Promise<void> {
  for (const giveUpMs = performance.now() + patienceMs; performance.now() < giveUpMs; await pause(5)) {
    const jobs = await Promise.all(ids.map((id) => getJob(url, key, id)))
    if (jobs.some(({ state }) => states.includes(state))) return
  }
  throw new Error(`Expected one of the jobs ${ids.join(', ')} to be ${states.join(' or ')} within ${patienceMs} ms.`)
}

async function untilEnded(url: string, key: string, id: string): Promise<Job> {
  let job = await getJob(url, key, id)
  for (const giveUpMs = performance.now() + patienceMs; job.endedAt === undefined && performance.now() < giveUpMs; await pause(20)) {
    job = await getJob(url, key, id)
  }
  return job
}

async function getJob(url: string, key: string, id: string): Promise<Job> {
  const response = await fetch(`${url}/v1/jobs/${id}`, { headers: { authorization: `Bearer ${key}` } })
  if (!response.ok) throw new Error(`Expected the job ${id}, got ${response.status}: ${await response.text()}`)
  return (await response.json()) as Job
}
