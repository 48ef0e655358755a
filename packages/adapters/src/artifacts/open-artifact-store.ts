import { type ArtifactStore, type Clock, type Database, type Logger, PlatformError } from '@motadata/core'
import type { Closing } from '../closing.js'
import { FileArtifactStore } from '../filesystem/file-artifact-store.js'
import { parseArtifactUrl } from './artifact-url.js'
import { DatabaseArtifactStore } from './database-artifact-store.js'

export interface OpenArtifactStoreOptions {
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
  /** Gets what there is to close. */
  readonly closing: Closing
}

/** The store that a platform was given, or the one that its URL names. */
export async function openArtifactStore(given: ArtifactStore | string, options: OpenArtifactStoreOptions): Promise<ArtifactStore> {
  if (typeof given !== 'string') return given
  const place = parseArtifactUrl(given)!
  if (place.kind === 's3') {
    const { openS3ArtifactStore } = await importS3()
    const store = await openS3ArtifactStore({ url: given, logger: options.logger })
    options.closing.add(() => store.close())
    return store
  }
  const store = place.kind === 'files' ? new FileArtifactStore({ folder: place.folder, clock: options.clock }) : new DatabaseArtifactStore(options)
  await store.open()
  return store
}

/** Its client is an optional peer, so it is loaded when it is asked for. */
async function importS3(): Promise<typeof import('../s3/index.js')> {
  try {
    return await import('../s3/index.js')
  } catch (cause) {
    throw new PlatformError('CONFIGURATION_INVALID', 'Expected the package @aws-sdk/client-s3 for artifacts at s3://, got none that can be loaded. Install it.', { cause })
  }
}
