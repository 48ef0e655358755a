import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '@motadata/testing'
import { makeTickets } from '@motadata/use-case-ticket-classification'
import { createServer, type RunningServer } from '../src/create-server.js'
import type { JobAnswer } from './support/running-server.js'

const rows = makeTickets({ rows: 1_000 }).map(({ text, category }) => ({ text, category }))
const headers = (key: string) => ({ 'authorization': `Bearer ${key}`, 'content-type': 'application/json' })

async function getJob(server: RunningServer, key: string, id: string): Promise<JobAnswer> {
  return (await (await fetch(`${server.url}/v1/jobs/${id}`, { headers: headers(key) })).json()) as JobAnswer
}

/** The id of a training job, once it is being worked on. */
async function startJob(server: RunningServer, key: string, modelId: string): Promise<string> {
  const body = JSON.stringify({ modelId, target: 'category', rows })
  const { id } = (await (await fetch(`${server.url}/v1/training-jobs`, { method: 'POST', headers: headers(key), body })).json()) as JobAnswer
  await until(async () => ((await getJob(server, key, id)).progress.share > 0 ? true : undefined))
  return id
}

describe('a server that is stopped while it trains', () => {
  let folder: string
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'motadata-stopping-'))))
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('lets the job end if it can in time, else hands it on to the next start, which ends it in one version', async () => {
    const hasty = await createServer({ config: { PORT: 0, DATA_FOLDER: folder, SHUTDOWN_DEADLINE_MS: 50 } })
    const { key } = hasty.bootstrapped!.adminKey
    const handedOn = await startJob(hasty, key, 'handed_on')
    await hasty.stop()

    const patient = await createServer({ config: { PORT: 0, DATA_FOLDER: folder, SHUTDOWN_DEADLINE_MS: 60_000 } })
    await until(async () => ((await getJob(patient, key, handedOn)).state === 'succeeded' ? true : undefined), { withinMs: 40_000 })
    expect(await getJob(patient, key, handedOn)).toMatchObject({ attempt: 2, result: { modelId: 'handed_on', version: 1 } })
    const finished = await startJob(patient, key, 'finished')
    await patient.stop()

    const after = await createServer({ config: { PORT: 0, DATA_FOLDER: folder } })
    try {
      expect(await getJob(after, key, finished)).toMatchObject({ state: 'succeeded', attempt: 1, result: { modelId: 'finished', version: 1 } })
    } finally {
      await after.stop()
    }
  }, 120_000)
})
