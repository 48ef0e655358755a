/** Where artifacts go in an S3-compatible store. */
export interface S3Address {
  readonly bucket: string
  /** Before every key, without slashes at its ends; may be empty. */
  readonly prefix: string
  /** Of a store that is not AWS. */
  readonly endpoint?: string
  readonly region?: string
  /** Whether the bucket stands in the path instead of the host's name. */
  readonly pathStyle: boolean
}

const bucketPattern = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
const prefixPattern = /^[A-Za-z0-9!_.*'()/-]*$/
const parameters = new Set(['endpoint', 'region', 'pathStyle'])

/**
 * Reads `s3://bucket/prefix?endpoint=http://127.0.0.1:9000&region=us-east-1&pathStyle=true`. With an endpoint the bucket stands in the
 * path unless `pathStyle=false`; without one the store is AWS.
 *
 * @returns undefined for anything else, also for one with a user or password: credentials are not part of it
 */
export function parseS3Address(text: string): S3Address | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  const { searchParams } = url
  const prefix = url.pathname.replace(/^\/+|\/+$/g, '')
  if (url.protocol !== 's3:' || !bucketPattern.test(url.host) || !prefixPattern.test(prefix) || url.username || url.password || url.hash) return undefined
  if (prefix.split('/').some((part) => part === '.' || part === '..')) return undefined
  for (const name of searchParams.keys()) if (!parameters.has(name) || searchParams.getAll(name).length > 1) return undefined
  const endpoint = searchParams.get('endpoint') ?? undefined
  const region = searchParams.get('region') ?? undefined
  const pathStyle = searchParams.get('pathStyle') ?? String(endpoint !== undefined)
  if (endpoint !== undefined && !isEndpoint(endpoint)) return undefined
  if (region !== undefined && !/^[a-z0-9-]+$/.test(region)) return undefined
  if (pathStyle !== 'true' && pathStyle !== 'false') return undefined
  return { bucket: url.host, prefix, pathStyle: pathStyle === 'true', ...(endpoint === undefined ? {} : { endpoint }), ...(region === undefined ? {} : { region }) }
}

function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  return /^https?:$/.test(protocol) && hostname !== '' && username === '' && password === ''
}
