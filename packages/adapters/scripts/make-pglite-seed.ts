/**
 * Makes the snapshot from which a first start begins: an initialised database with the roles, the queue's schema and the jobs'
 * table in it, as `openPlatform` leaves it, without the databases that only `create database` needs.
 *
 * Run it after a change of PGlite's or pg-boss's version, or of the jobs' migrations:
 * node --import tsx --conditions=@motadata/source packages/adapters/scripts/make-pglite-seed.ts
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { PGlite } from '@electric-sql/pglite'
import { openPlatform } from '../src/index.js'
import { seedPath } from '../src/pglite/seed-snapshot.js'

const folder = mkdtempSync(join(tmpdir(), 'pglite-seed-'))
try {
  rmSync(seedPath(), { force: true })
  const platform = await openPlatform({ dataFolder: folder })
  await platform.close()

  const database = join(folder, 'database')
  const pglite = await PGlite.create(database)
  for (const template of ['template0', 'template1']) {
    await pglite.exec(`update pg_database set datistemplate = false, datallowconn = true where datname = '${template}'`)
    await pglite.exec(`drop database ${template}`)
  }
  // the keys that it was made with are nobody's: the first start leaves the check of its own
  await pglite.exec("delete from core.setting where name = 'master-key-check'")
  for (const statement of ['vacuum freeze analyze', 'select pg_switch_wal()', 'checkpoint']) await pglite.exec(statement)
  const { rows } = await pglite.query<{ segment: string }>('select pg_walfile_name(pg_current_wal_lsn()) as segment')
  await pglite.close()
  // Segments made ahead of need hold nothing.
  for (const name of readdirSync(join(database, 'pg_wal'))) {
    if (/^[0-9A-F]{24}$/.test(name) && name > rows[0]!.segment) rmSync(join(database, 'pg_wal', name))
  }

  const archive = execFileSync(
    'tar',
    ['--create', '--format=ustar', '--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0', '--directory', database, '.'],
    { maxBuffer: 1 << 30 },
  )
  mkdirSync(dirname(seedPath()), { recursive: true })
  writeFileSync(seedPath(), gzipSync(archive, { level: 9 }))
  console.log(`${seedPath()}: ${statSync(seedPath()).size} bytes, ${archive.length} unpacked`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
