import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { packageRoot } from '../package-root.js'

/** The PGlite that the snapshot was made with; a data folder of another major PostgreSQL can't be opened. */
export const seedVersion = { pglite: '0.5.14', postgresql: '18' } as const

/** Where the snapshot of an initialised database lies in this package. */
export function seedPath(): string {
  return join(packageRoot(), 'assets', `pglite-seed-${seedVersion.pglite}.tar.gz`)
}

/** The snapshot as a tar archive; undefined when the package was unpacked without it, and the database must be made from nothing. */
export async function readSeed(): Promise<Uint8Array | undefined> {
  const path = seedPath()
  return existsSync(path) ? gunzipSync(await readFile(path)) : undefined
}
