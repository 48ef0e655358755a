import { randomBytes } from 'node:crypto'
import { link, readFile, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { errorCode, syncFolder } from './durable-file.js'

/** Between the file's own name and what tells one sweep from another. */
const mark = '.swept-'

/**
 * Deletes a file unless it is younger than a time, against others who may write or touch it at the same moment: it is first taken
 * aside under a name of this sweep's own, where nobody changes it any more, then looked at, and put back when it is young. A sweep that is
 * killed in the middle leaves it aside, where it is still found.
 *
 * @returns whether there was one that was old enough, and none is left
 */
export async function deleteFileIfOlder(path: string, beforeMs: number): Promise<boolean> {
  let [deleted, left] = [false, false]
  for (const candidate of [path, ...(await filesAside(path))]) {
    const outcome = await deleteCandidate(candidate, path, beforeMs)
    if (outcome === 'deleted') deleted = true
    else if (outcome === 'young') left = true
  }
  if (deleted) await syncFolder(dirname(path))
  return deleted && !left
}

async function deleteCandidate(candidate: string, path: string, beforeMs: number): Promise<'deleted' | 'young' | 'gone'> {
  const before = await modifiedAtMs(candidate)
  if (before === undefined) return 'gone'
  if (before >= beforeMs) return 'young'
  const aside = `${path}${mark}${randomBytes(8).toString('hex')}`
  const isMine = await rename(candidate, aside).then(() => true, unless('ENOENT', false))
  const now = isMine ? await modifiedAtMs(aside) : undefined
  if (now === undefined) return 'gone'
  // one that was written again meanwhile is as good as this one
  if (now >= beforeMs) await link(aside, path).catch(unless('EEXIST', undefined))
  await rm(aside, { force: true })
  return now >= beforeMs ? 'young' : 'deleted'
}

/** A file by its name, or what a sweep has taken aside of it; undefined where there is neither. */
export async function readEvenAside(path: string): Promise<Uint8Array | undefined> {
  // the third look is for what was put back during the second
  const found = (await readIfThere(path)) ?? (await readAside(path)) ?? (await readIfThere(path))
  return found && new Uint8Array(found.buffer, found.byteOffset, found.byteLength)
}

/** The names that a sweep which was killed, or is under way, has left of a file. */
export async function filesAside(path: string): Promise<string[]> {
  const folder = dirname(path)
  const names = await readdir(folder).catch(unless('ENOENT', [] as string[]))
  return names.filter((name) => name.startsWith(`${basename(path)}${mark}`)).map((name) => join(folder, name))
}

/** The name of the file that a name in its folder stands for, be it aside or not. */
export function nameOfSwept(name: string): string {
  const end = name.indexOf(mark)
  return end < 0 ? name : name.slice(0, end)
}

async function readAside(path: string): Promise<Buffer | undefined> {
  for (const aside of await filesAside(path)) {
    const found = await readIfThere(aside)
    if (found) return found
  }
  return undefined
}

function readIfThere(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch(unless('ENOENT', undefined))
}

async function modifiedAtMs(path: string): Promise<number | undefined> {
  return (await stat(path).catch(unless('ENOENT', undefined)))?.mtimeMs
}

function unless<Value>(code: string, value: Value): (error: unknown) => Value {
  return (error) => {
    if (errorCode(error) === code) return value
    throw error
  }
}
