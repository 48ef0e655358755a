import { DuckDBInstance } from '@duckdb/node-api'

/** The bare engine's way from CSV to Parquet, in a process of its own. */
const [file, target] = process.argv.slice(2) as [string, string]
const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
const connection = await instance.connect()
const startedMs = performance.now()
await connection.run(`copy (select * from read_csv('${file}')) to '${target}' (format parquet)`)
process.send!({ elapsedMs: performance.now() - startedMs, rowCount: 0, peakMegabytes: (process.resourceUsage().maxRSS * 1024) / 1e6 })
