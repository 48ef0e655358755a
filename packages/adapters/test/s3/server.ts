import { randomBytes } from 'node:crypto'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'

/** Of an S3-compatible server that takes any credentials. */
export const s3Endpoint = process.env.S3_TEST_ENDPOINT

process.env.AWS_ACCESS_KEY_ID ??= 'test'
process.env.AWS_SECRET_ACCESS_KEY ??= 'test'

/** Says plainly what was not run for want of a server; where services are required (`REQUIRE_SERVICES=1`) that is a failure. */
export function reportMissingS3(what: string): void {
  if (s3Endpoint !== undefined) return
  if (process.env.REQUIRE_SERVICES === '1') {
    it(`${what} need an S3-compatible server`, () => {
      throw new Error('Expected S3_TEST_ENDPOINT to name an S3-compatible server, since REQUIRE_SERVICES=1, got none. tools/checks/src/s3-server.ts starts one.')
    })
  } else {
    process.stderr.write(`SKIPPED: ${what}, since S3_TEST_ENDPOINT names no S3-compatible server\n`)
    it.skip(`${what} need an S3-compatible server`, () => undefined)
  }
}

export interface TestBucket {
  readonly url: string
  /** Puts an object past the store. */
  put(key: string, body: string): Promise<void>
  close(): void
}

/** A bucket of its own; what it holds goes with the server. */
export async function createTestBucket(endpoint: string): Promise<TestBucket> {
  const Bucket = `adapters-${randomBytes(6).toString('hex')}`
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true })
  await client.send(new CreateBucketCommand({ Bucket }))
  return {
    url: `s3://${Bucket}/models?endpoint=${endpoint}`,
    put: async (Key, Body) => void (await client.send(new PutObjectCommand({ Bucket, Key, Body }))),
    close: () => client.destroy(),
  }
}
