/** A process that runs a PostgreSQL server: `postgres-owner.ts <project folder> <data folder> [account]`. It tells the address and stays until it is killed. */
import { startPostgresServer } from '../../src/embedded-postgres/index.js'

const [projectFolder, dataFolder, account] = process.argv.slice(2) as [string, string, string | undefined]
const { databaseUrl } = await startPostgresServer({ projectFolder, dataFolder, port: 0, ...(account === undefined ? {} : { account }) })
process.stdout.write(`${databaseUrl}\n`)
setInterval(() => undefined, 1_000)
