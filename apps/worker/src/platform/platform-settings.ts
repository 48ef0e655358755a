import { isArtifactUrl, parseMasterKeys } from '@motadata/adapters'
import { addressSetting, isMLError, type Setting, type SettingValues, textSetting, wholeNumberSetting } from '@motadata/core'

const postgresql = ['postgres', 'postgresql'] as const

const artifactUrl: Setting<string | undefined> = {
  meaning: 'Where models lie: in files, in the database, or in an S3-compatible store; when not set, in files of the data folder.',
  expected: 'file:/path, database: or s3://bucket/prefix?endpoint=…&region=…',
  fallback: undefined,
  read: (text) => (isArtifactUrl(text) ? text : undefined),
}

const masterKeys: Setting<readonly Uint8Array[] | undefined> = {
  meaning: 'The keys that predictions are signed with, the current one first; the same for all processes. When not set, a file of the data folder, made the first time.',
  expected: '32 bytes in base64 each, separated by commas, or the text of a master key file',
  fallback: undefined,
  secret: true,
  read: (text) => {
    try {
      return parseMasterKeys(text)
    } catch (error) {
      if (isMLError(error, 'CONFIGURATION_INVALID')) return undefined
      throw error
    }
  },
}

const masterKeysFile: Setting<string | undefined> = {
  meaning: 'A file with these keys in place of MASTER_KEYS, such as a mounted secret; nobody but its owner may read it, or root and a group.',
  expected: 'the path of a master key file, or of a file with the text that MASTER_KEYS takes',
  fallback: undefined,
  read: (text) => (text.includes('\0') ? undefined : text),
}

/** What every process of ours stands on, the same for each of them. */
export const platformSettings = {
  DATABASE_URL: addressSetting('The PostgreSQL database, as a login that does not own its tables; without it, the embedded database.', { schemes: postgresql }),
  DATABASE_MIGRATION_URL: addressSetting('The same database as its owner, for making and migrating tables; DATABASE_URL when not set.', { schemes: postgresql }),
  DATABASE_POOL_SIZE: wholeNumberSetting('Connections that one process may use at once; jobs and signals take some more.', { default: 10, minimum: 2, maximum: 1000 }),
  DATABASE_POOL_TIMEOUT_MS: wholeNumberSetting('How long to wait for a connection before a request is answered 503.', { default: 5_000, minimum: 100, maximum: 60_000 }),
  DATABASE_STATEMENT_TIMEOUT_MS: wholeNumberSetting('How long one statement may take.', { default: 30_000, minimum: 100, maximum: 600_000 }),
  DATABASE_LOCK_TIMEOUT_MS: wholeNumberSetting('How long one statement may wait for a lock.', { default: 10_000, minimum: 100, maximum: 600_000 }),
  REDIS_URL: addressSetting('Redis for caches, signals and rate limits of many processes; it may go away. Needs DATABASE_URL.', { schemes: ['redis', 'rediss'] }),
  ARTIFACT_URL: artifactUrl,
  MASTER_KEYS: masterKeys,
  MASTER_KEYS_FILE: masterKeysFile,
  DATA_FOLDER: textSetting('Where the embedded database, artifacts and keys lie, as far as they lie in files; made when missing. One process at a time without DATABASE_URL.', {
    default: './.motadata',
  }),
} satisfies Readonly<Record<string, Setting<unknown>>>

export type PlatformConfig = SettingValues<typeof platformSettings>

/** What is wrong with these settings taken together. */
export function platformFaults(isSet: (name: keyof typeof platformSettings) => boolean): string[] {
  const faults: string[] = []
  for (const name of ['DATABASE_MIGRATION_URL', 'REDIS_URL'] as const) {
    if (isSet(name) && !isSet('DATABASE_URL')) faults.push(`${name}: expected DATABASE_URL beside it, got none; the embedded database belongs to one process`)
  }
  if (isSet('MASTER_KEYS') && isSet('MASTER_KEYS_FILE')) faults.push('MASTER_KEYS_FILE: expected it or MASTER_KEYS, got both')
  return faults
}
