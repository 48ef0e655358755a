import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { getConstructionPlans } from 'pg-boss'
import { jobMigrations } from '../../src/pg-boss/job-table.js'
import { openPGliteInMemory } from '../../src/pglite/open-pglite.js'
import { readSeed, seedPath, seedVersion } from '../../src/pglite/seed-snapshot.js'

describe('the seed snapshot', () => {
  it('was made with the PGlite that is installed', () => {
    const entry = fileURLToPath(import.meta.resolve('@electric-sql/pglite'))
    const { version } = JSON.parse(readFileSync(join(entry, '../../package.json'), 'utf8')) as { version: string }
    expect(seedVersion.pglite).toBe(version)
  })

  it('lies in what is published, and is small', () => {
    expect(seedPath()).toMatch(/adapters[\\/]assets[\\/]/)
    expect(statSync(seedPath()).size).toBeLessThan(5_000_000)
  })

  it('holds a database of the version that is checked for', async () => {
    const archive = Buffer.from((await readSeed())!)
    const header = archive.indexOf('./PG_VERSION\0', 0, 'latin1')
    expect(archive.subarray(header + 512, header + 514).toString()).toBe(seedVersion.postgresql)
  })

  it('holds the schemas as they are now, so that a first start has nothing to migrate', async () => {
    const pglite = await openPGliteInMemory()
    try {
      const { rows } = await pglite.query<{ version: number; migrations: string[] }>(
        'select (select version from pgboss.version) as version, (select array_agg(name) from jobs.kysely_migration) as migrations',
      )
      expect(getConstructionPlans('pgboss')).toContain(`version) VALUES ('${rows[0]!.version}')`)
      expect(rows[0]!.migrations).toEqual(Object.keys(jobMigrations.migrations))
      // what the process that made it left there, such as the check of its master keys, would refuse everybody else's
      expect((await pglite.query('select name from core.setting')).rows).toEqual([])
    } finally {
      await pglite.close()
    }
  })
})
