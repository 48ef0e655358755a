import type { Benchmark, BenchmarkOptions, BenchmarkRow } from '../benchmark.js'
import { loadLabelledTickets } from '../main-job/labelled-tickets.js'
import { benchmarkIdleMemory, idleMemoryRow } from './idle-memory.js'
import { benchmarkJobs, jobRows } from './jobs.js'
import { benchmarkPredictions, predictionRow } from './predictions.js'
import { benchmarkRevocation, revocationRow } from './revocation.js'
import { createServices, noPostgresql } from './services.js'
import { benchmarkTenantUnits, tenantUnitRow } from './tenant-units.js'

/** What it costs to stand on PostgreSQL and Redis: many processes instead of one. */
export const platform: Benchmark = {
  name: 'platform',
  title: 'The platform: PostgreSQL and Redis, jobs, keys',
  parts: [{ name: 'services', run: benchmarkServices }],
}

async function benchmarkServices(options: BenchmarkOptions): Promise<BenchmarkRow[]> {
  const services = await createServices()
  if (!services) return [predictionRow, tenantUnitRow, idleMemoryRow, ...jobRows, revocationRow].map((row): BenchmarkRow => ({ ...row, value: null, note: noPostgresql }))
  try {
    // the idle server comes first: nothing has asked it for anything
    const idle = await benchmarkIdleMemory(services, options)
    return [
      await benchmarkPredictions(services, await loadLabelledTickets(options.data), options),
      await benchmarkTenantUnits(services, options),
      idle,
      ...(await benchmarkJobs(services, options)),
      await benchmarkRevocation(services, options),
    ]
  } finally {
    await services.drop()
  }
}
