import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { type Logger, PlatformError } from '@motadata/core'
import { type S3Address, parseS3Address } from './s3-address.js'
import { S3ArtifactStore } from './s3-artifact-store.js'
import { askS3, statusOf } from './s3-request.js'

export interface OpenS3ArtifactStoreOptions {
  /** `s3://bucket/prefix?endpoint=https://…&region=…&pathStyle=true`; only the bucket is needed. It must exist. */
  readonly url: string
  readonly logger: Logger
  /** Of each call, all attempts together; default 60 000. */
  readonly deadlineMs?: number
  /** Of each call, while the store does not answer or can't; default 3. */
  readonly attempts?: number
}

/**
 * Opens artifacts on AWS S3 or a store that speaks its protocol. Credentials come from where the AWS SDK looks for them: the
 * environment, the shared files, the machine's or container's role.
 *
 * @returns the store; close it when done
 * @throws MLError `CONFIGURATION_INVALID` for a malformed address, a bucket that is not there or may not be used, or no credentials;
 * `STORAGE_UNAVAILABLE` when the store does not answer
 * @example
 * const artifacts = await openS3ArtifactStore({ url: 's3://models/motadata?region=eu-central-1', logger })
 */
export async function openS3ArtifactStore(options: OpenS3ArtifactStoreOptions): Promise<S3ArtifactStore> {
  const { url, logger, deadlineMs = 60_000, attempts = 3 } = options
  const address = parseS3Address(url)
  const problems = [
    ...(address ? [] : ["'url' must be like s3://bucket/prefix?endpoint=https://store.internal:9000&region=us-east-1&pathStyle=true, without credentials"]),
    ...Object.entries({ deadlineMs, attempts }).flatMap(([name, value]) => (Number.isInteger(value) && value >= 1 ? [] : [`'${name}' must be a whole number above 0`])),
  ]
  if (!address || problems.length > 0) {
    throw new PlatformError('CONFIGURATION_INVALID', `Expected options that fit openS3ArtifactStore, got some that do not: ${problems.join('; ')}.`, { details: { problems } })
  }
  const client = makeClient(address)
  const { bucket, prefix } = address
  const requests = { logger, deadlineMs, attempts }
  try {
    await askS3((abortSignal) => client.send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal }).catch(explainRefusal(bucket)), requests)
  } catch (error) {
    client.destroy()
    throw error
  }
  return new S3ArtifactStore({ client, bucket, prefix, ...requests })
}

function makeClient({ endpoint, region, pathStyle }: S3Address): S3Client {
  return new S3Client({
    // A store that is not AWS takes any region, but the SDK wants one.
    ...(endpoint === undefined ? {} : { endpoint, region: region ?? process.env.AWS_REGION ?? 'us-east-1' }),
    ...(region === undefined ? {} : { region }),
    forcePathStyle: pathStyle,
    // Attempts are counted by askS3, which also covers an answer that breaks off.
    maxAttempts: 1,
    // Newer checksums are not known to every store; the hash of what is read is checked anyway.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
}

function explainRefusal(bucket: string): (error: unknown) => never {
  return (error) => {
    const status = statusOf(error)
    const missing = error instanceof Error && ['CredentialsProviderError', 'Region is missing'].some((text) => error.name === text || error.message === text)
    if (!missing && status !== 301 && status !== 403 && status !== 404) throw error
    const reason = missing ? (error as Error).message.split('\n')[0]! : `status ${status}`
    throw new PlatformError(
      'CONFIGURATION_INVALID',
      `Expected the bucket ${JSON.stringify(bucket)} to be there and the credentials to be allowed to use it, got ${reason}. ` +
        "Make the bucket, name its region, or give credentials where the AWS SDK looks for them (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, shared files, the machine's role).",
      { cause: error },
    )
  }
}
