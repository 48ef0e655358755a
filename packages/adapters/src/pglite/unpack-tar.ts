import { mkdir, open } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { syncFolder } from '../filesystem/durable-file.js'

const blockBytes = 512
const writersAtOnce = 8

/**
 * Unpacks a tar archive of plain files and folders, and syncs every one of them.
 *
 * @see POSIX.1-1988 (ustar): a 512-byte header, then the bytes, padded to 512.
 */
export async function unpackTar(archive: Uint8Array, folder: string): Promise<void> {
  const folders = new Set([folder])
  const files: { readonly path: string; readonly bytes: Uint8Array }[] = []
  for (let offset = 0; offset + blockBytes <= archive.length && archive[offset] !== 0; ) {
    const header = archive.subarray(offset, offset + blockBytes)
    const path = join(folder, normalize(`/${textAt(header, 345, 155)}/${textAt(header, 0, 100)}`))
    const sizeBytes = Number.parseInt(textAt(header, 124, 12), 8)
    const kind = String.fromCharCode(header[156]!)
    offset += blockBytes
    if (kind === '5') folders.add(path)
    if (kind === '0' || kind === '\0') {
      folders.add(dirname(path))
      files.push({ path, bytes: archive.subarray(offset, offset + sizeBytes) })
    }
    offset += Math.ceil(sizeBytes / blockBytes) * blockBytes
  }
  for (const path of folders) await mkdir(path, { recursive: true, mode: 0o700 })
  const queue = files.values()
  await Promise.all(
    Array.from({ length: writersAtOnce }, async () => {
      for (const { path, bytes } of queue) await writeSynced(path, bytes)
    }),
  )
  for (const path of folders) await syncFolder(path)
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

function textAt(header: Uint8Array, start: number, length: number): string {
  const field = Buffer.from(header.subarray(start, start + length)).toString('latin1')
  const end = field.search(/[\0]/)
  return (end < 0 ? field : field.slice(0, end)).trim()
}
