import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { type ArtifactReference, type ArtifactStore, type TenantId, sha256, tenantKey } from '@motadata/core'
import { checkArtifact, isArtifactHash } from '../artifacts/artifact-hash.js'
import { artifactNotFound } from '../artifacts/artifact-not-found.js'
import { type S3RequestOptions, askS3, statusOf } from './s3-request.js'

export interface S3ArtifactStoreOptions extends S3RequestOptions {
  readonly client: S3Client
  readonly bucket: string
  readonly prefix: string
}

/**
 * Artifacts as objects of an S3-compatible store, `<prefix>/t/<tenant>/artifacts/<64 digits>`. The store makes an object visible whole or
 * not at all; what is read is checked against its hash.
 */
export class S3ArtifactStore implements ArtifactStore {
  readonly #options: S3ArtifactStoreOptions

  constructor(options: S3ArtifactStoreOptions) {
    this.#options = options
  }

  async put(tenantId: TenantId, bytes: Uint8Array): Promise<ArtifactReference> {
    const hash = sha256(bytes)
    // Uploaded also when it is there: that heals an object that was changed, and makes it new, so that a sweep of old ones spares it.
    const Body = Uint8Array.from(bytes)
    await this.#ask((client, abortSignal) =>
      client.send(new PutObjectCommand({ ...this.#object(tenantId, hash), Body, ContentType: 'application/octet-stream' }), { abortSignal }),
    )
    return { sha256: hash, sizeBytes: bytes.byteLength }
  }

  async get(tenantId: TenantId, hash: string): Promise<Uint8Array> {
    if (!isArtifactHash(hash)) throw artifactNotFound(hash)
    const bytes = await this.#ask(async (client, abortSignal) => {
      const { Body, ContentLength } = await client.send(new GetObjectCommand(this.#object(tenantId, hash)), { abortSignal }).catch(unlessMissing(hash))
      const received = await readWhole(Body as AsyncIterable<Uint8Array>, abortSignal)
      if (ContentLength !== undefined && received.byteLength < ContentLength) throw new Error('the answer broke off')
      return received
    })
    return checkArtifact(bytes, hash)
  }

  async has(tenantId: TenantId, hash: string): Promise<boolean> {
    if (!isArtifactHash(hash)) return false
    return this.#ask((client, abortSignal) =>
      client.send(new HeadObjectCommand(this.#object(tenantId, hash)), { abortSignal }).then(() => true, undefinedIfMissing)).then((found) => found ?? false)
  }

  async delete(tenantId: TenantId, hash: string): Promise<void> {
    if (!isArtifactHash(hash)) return
    await this.#ask((client, abortSignal) => client.send(new DeleteObjectCommand(this.#object(tenantId, hash)), { abortSignal }))
  }

  /** The protocol knows no deleting by age, so between the look at it and the deleting lies a moment; who put it then finds it gone and puts it again. */
  async deleteIfOlder(tenantId: TenantId, hash: string, beforeMs: number): Promise<boolean> {
    if (!isArtifactHash(hash)) return false
    const modifiedAtMs = await this.#ask((client, abortSignal) =>
      client.send(new HeadObjectCommand(this.#object(tenantId, hash)), { abortSignal }).then(({ LastModified }) => LastModified?.getTime(), undefinedIfMissing))
    if (modifiedAtMs === undefined || modifiedAtMs >= beforeMs) return false
    await this.delete(tenantId, hash)
    return true
  }

  async *list(tenantId: TenantId): AsyncIterable<ArtifactReference & { readonly modifiedAtMs: number }> {
    const { bucket } = this.#options
    const prefix = this.#key(tenantId, '')
    let token: string | undefined
    do {
      const page = await this.#ask((client, abortSignal) =>
        client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...(token === undefined ? {} : { ContinuationToken: token }) }), { abortSignal }),
      )
      for (const { Key = '', Size = 0, LastModified } of page.Contents ?? []) {
        const hash = Key.slice(prefix.length)
        if (isArtifactHash(hash)) yield { sha256: hash, sizeBytes: Size, modifiedAtMs: LastModified?.getTime() ?? 0 }
      }
      token = page.IsTruncated ? page.NextContinuationToken : undefined
    } while (token !== undefined)
  }

  /** Ends the connections. May be called more than once. */
  close(): Promise<void> {
    this.#options.client.destroy()
    return Promise.resolve()
  }

  #ask<Result>(ask: (client: S3Client, signal: AbortSignal) => Promise<Result>): Promise<Result> {
    return askS3((signal) => ask(this.#options.client, signal), this.#options)
  }

  #object(tenantId: TenantId, hash: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#options.bucket, Key: this.#key(tenantId, hash) }
  }

  #key(tenantId: TenantId, hash: string): string {
    const { prefix } = this.#options
    return `${prefix === '' ? '' : `${prefix}/`}${tenantKey(tenantId, 'artifacts')}/${hash}`
  }
}

function undefinedIfMissing(error: unknown): undefined {
  if (statusOf(error) !== 404) throw error
}

function unlessMissing(hash: string): (error: unknown) => never {
  return (error) => {
    throw statusOf(error) === 404 && (error as Error).name !== 'NoSuchBucket' ? artifactNotFound(hash) : error
  }
}

/** The SDK's own way of reading an answer does not end when the connection hangs in the middle of it. */
async function readWhole(body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Uint8Array> {
  const stream = body as AsyncIterable<Uint8Array> & { destroy(error: unknown): void }
  const onLate = (): void => stream.destroy(signal.reason)
  signal.addEventListener('abort', onLate)
  try {
    const parts: Uint8Array[] = []
    for await (const part of stream) parts.push(part)
    return new Uint8Array(Buffer.concat(parts))
  } finally {
    signal.removeEventListener('abort', onLate)
  }
}
