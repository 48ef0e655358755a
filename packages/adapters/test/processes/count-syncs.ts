/** Tells how often a commit in a data folder asks the system for a sync: `count-syncs.ts <folder> <commits>`. */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { parseTenantId } from '@motadata/core'
import { type Transaction, sql } from 'kysely'

const [folder, commits] = process.argv.slice(2) as [string, string]
let syncs = 0
const { fsyncSync } = fs
fs.fsyncSync = (file) => {
  syncs++
  fsyncSync(file)
}
syncBuiltinESMExports()

const { openPlatform } = await import('../../src/index.js')
const { database, close } = await openPlatform({ dataFolder: folder })
await database.migrate({
  schema: 'counted',
  migrations: { '0001-row': { up: async (migration) => {
    for (const statement of ['create table counted.row (n int)', 'grant all on counted.row to ml_app', 'grant usage on schema counted to ml_app']) {
      await sql.raw(statement).execute(migration)
    }
  } } },
})
syncs = 0
for (let n = 0; n < Number(commits); n++) {
  await database.withTenant(parseTenantId('acme'), (transaction: Transaction<unknown>) => sql`insert into counted.row values (${n})`.execute(transaction))
}
process.stdout.write(`${syncs}\n`)
await close()
