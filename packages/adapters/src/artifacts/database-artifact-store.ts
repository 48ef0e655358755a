import { createHash } from 'node:crypto'
import { type ArtifactReference, type ArtifactStore, type Clock, type Database, PlatformError, type TenantId, sha256 } from '@motadata/core'
import { type Transaction, sql } from 'kysely'
import { checkArtifact, isArtifactHash } from './artifact-hash.js'
import { artifactNotFound } from './artifact-not-found.js'
import { type ArtifactTables, artifactMigrations } from './artifact-tables.js'

/** A statement carries one chunk, so this bounds what client and server hold beside the artifact itself. */
const chunkBytes = 1024 * 1024
const listPageSize = 1_000

/**
 * Artifacts in tables, in chunks of a mebibyte, so that several machines need nothing but their database. An artifact is put in one
 * transaction, so it is visible whole or not at all; what is read is checked against its hash.
 */
export class DatabaseArtifactStore implements ArtifactStore {
  readonly #database: Database
  readonly #clock: Clock

  constructor(options: { readonly database: Database; readonly clock: Clock }) {
    this.#database = options.database
    this.#clock = options.clock
  }

  /** Makes the tables; once, before use. */
  open(): Promise<void> {
    return this.#database.migrate(artifactMigrations)
  }

  async put(tenantId: TenantId, bytes: Uint8Array): Promise<ArtifactReference> {
    // A copy: the caller may change its own while the transaction goes on.
    const chunks = toChunks(Uint8Array.from(bytes))
    const name = { tenant_id: tenantId, sha256: sha256(bytes) }
    const reference = { sha256: name.sha256, sizeBytes: bytes.byteLength }
    await this.#database.withTenant(tenantId, async (transaction: Transaction<ArtifactTables>) => {
      // Its row is taken first, so of several that put the same one writes and the others find it there.
      const modified_at_ms = this.#clock.nowMs()
      await transaction
        .insertInto('artifacts.artifact')
        .values({ ...name, size_bytes: bytes.byteLength, modified_at_ms })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'sha256']).doUpdateSet({ size_bytes: bytes.byteLength, modified_at_ms }))
        .execute()
      if (await holdsChunks(transaction, name, chunks)) return
      await transaction.deleteFrom('artifacts.chunk').where('tenant_id', '=', tenantId).where('sha256', '=', name.sha256).execute()
      for (const [number, chunk] of chunks.entries()) await transaction.insertInto('artifacts.chunk').values({ ...name, number, bytes: chunk }).execute()
    })
    return reference
  }

  async get(tenantId: TenantId, hash: string): Promise<Uint8Array> {
    if (!isArtifactHash(hash)) throw artifactNotFound(hash)
    const bytes = await this.#database.withTenant(tenantId, async (transaction: Transaction<ArtifactTables>) => {
      const sizeBytes = await sizeOf(transaction, tenantId, hash)
      if (sizeBytes === undefined) throw artifactNotFound(hash)
      const whole = new Uint8Array(sizeBytes)
      let end = 0
      for (let number = 0; end < sizeBytes; number++) {
        const chunk = await chunksOf(transaction, tenantId, hash).select('bytes').where('number', '=', number).executeTakeFirst()
        if (!chunk || end + chunk.bytes.byteLength > sizeBytes || chunk.bytes.byteLength === 0) {
          // Each statement sees what is committed by then, so the artifact may have been deleted meanwhile.
          if ((await sizeOf(transaction, tenantId, hash)) === undefined) throw artifactNotFound(hash)
          throw chunkMissing(hash, number)
        }
        whole.set(chunk.bytes, end)
        end += chunk.bytes.byteLength
      }
      return whole
    })
    return checkArtifact(bytes, hash)
  }

  async has(tenantId: TenantId, hash: string): Promise<boolean> {
    if (!isArtifactHash(hash)) return false
    return this.#database.withTenant(tenantId, async (transaction: Transaction<ArtifactTables>) => (await sizeOf(transaction, tenantId, hash)) !== undefined)
  }

  async delete(tenantId: TenantId, hash: string): Promise<void> {
    if (!isArtifactHash(hash)) return
    await this.#database.withTenant(tenantId, async (transaction: Transaction<ArtifactTables>) => {
      for (const table of ['artifacts.artifact', 'artifacts.chunk'] as const) {
        await transaction.deleteFrom(table).where('tenant_id', '=', tenantId).where('sha256', '=', hash).execute()
      }
    })
  }

  async deleteIfOlder(tenantId: TenantId, hash: string, beforeMs: number): Promise<boolean> {
    if (!isArtifactHash(hash)) return false
    return this.#database.withTenant(tenantId, async (transaction: Transaction<ArtifactTables>) => {
      const named = (table: 'artifacts.artifact' | 'artifacts.chunk') => transaction.deleteFrom(table).where('tenant_id', '=', tenantId).where('sha256', '=', hash)
      // waits for one who puts it at this moment, and then sees its new time
      const { numDeletedRows } = await named('artifacts.artifact').where('artifacts.artifact.modified_at_ms', '<', beforeMs).executeTakeFirst()
      if (numDeletedRows === 0n) return false
      await named('artifacts.chunk').execute()
      return true
    })
  }

  async *list(tenantId: TenantId): AsyncIterable<ArtifactReference & { readonly modifiedAtMs: number }> {
    let after = ''
    for (;;) {
      const rows = await this.#database.withTenant(tenantId, (transaction: Transaction<ArtifactTables>) =>
        transaction
          .selectFrom('artifacts.artifact')
          .select(['sha256', 'size_bytes', 'modified_at_ms'])
          .where('tenant_id', '=', tenantId)
          .where('sha256', '>', after)
          .orderBy('sha256')
          .limit(listPageSize)
          .execute(),
      )
      for (const row of rows) yield { sha256: row.sha256, sizeBytes: row.size_bytes, modifiedAtMs: row.modified_at_ms }
      if (rows.length < listPageSize) return
      after = rows.at(-1)!.sha256
    }
  }
}

function toChunks(bytes: Uint8Array): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.byteLength / chunkBytes) }, (_, number) => {
    const begin = number * chunkBytes
    return Buffer.from(bytes.buffer, bytes.byteOffset + begin, Math.min(chunkBytes, bytes.byteLength - begin))
  })
}

/** Whether the chunks there are these; the server takes their hashes, so that no bytes travel. */
async function holdsChunks(transaction: Transaction<ArtifactTables>, name: { readonly tenant_id: string; readonly sha256: string }, chunks: readonly Buffer[]): Promise<boolean> {
  const rows = await chunksOf(transaction, name.tenant_id, name.sha256)
    .select(['number', sql<string>`encode(sha256(bytes), 'hex')`.as('hash')])
    .orderBy('number')
    .execute()
  return rows.length === chunks.length && rows.every(({ number, hash }, i) => number === i && hash === createHash('sha256').update(chunks[i]!).digest('hex'))
}

function chunksOf(transaction: Transaction<ArtifactTables>, tenantId: string, hash: string) {
  return transaction.selectFrom('artifacts.chunk').where('tenant_id', '=', tenantId).where('sha256', '=', hash)
}

async function sizeOf(transaction: Transaction<ArtifactTables>, tenantId: string, hash: string): Promise<number | undefined> {
  const row = await transaction.selectFrom('artifacts.artifact').select('size_bytes').where('tenant_id', '=', tenantId).where('sha256', '=', hash).executeTakeFirst()
  return row?.size_bytes
}

function chunkMissing(hash: string, number: number): PlatformError {
  return new PlatformError('ARTIFACT_CORRUPT', `Expected the artifact with the SHA-256 ${hash} to be whole, got none of its chunk ${number}. Restore the database from a backup.`, {
    details: { sha256: hash, chunk: number },
  })
}
