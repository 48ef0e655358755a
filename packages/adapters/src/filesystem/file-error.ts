import { PlatformError } from '@motadata/core'
import { errorCode } from './durable-file.js'

/** Why files can't be read or written, and what to do. */
const reasons: Readonly<Record<string, readonly [reason: string, advice: string]>> = {
  ENOSPC: ['full', 'Nothing half written is left. Make room on the disk and ask again.'],
  EDQUOT: ['full', 'Nothing half written is left. Raise the quota or make room, and ask again.'],
  EROFS: ['access', 'The file system takes no changes; look why, and mount it for writing.'],
  EACCES: ['access', 'Look at the owner and the rights of the folder.'],
  EPERM: ['access', 'Look at the owner and the rights of the folder.'],
  EIO: ['device', 'The device fails; look at the log of the system.'],
  EMFILE: ['busy', 'Too many files are open; ask again, or allow more.'],
  ENFILE: ['busy', 'Too many files are open; ask again, or allow more.'],
  ESTALE: ['device', 'The network file system is gone; look whether it is mounted.'],
}

/** The error with the code `STORAGE_UNAVAILABLE` when it speaks of the disk; any other one as it is. */
export function asFileError(error: unknown): unknown {
  const code = errorCode(error) ?? ''
  const known = Object.hasOwn(reasons, code) ? reasons[code] : undefined
  if (!known) return error
  const [reason, advice] = known
  return new PlatformError('STORAGE_UNAVAILABLE', `Expected to read and write files, got ${code}. ${advice}`, { details: { reason }, cause: error })
}
