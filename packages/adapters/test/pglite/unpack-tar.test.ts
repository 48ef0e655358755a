import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { unpackTar } from '../../src/pglite/unpack-tar.js'
import { temporaryFolder } from '../engines.js'

/** A ustar entry, as POSIX.1-1988 lays it out: name at 0, size in octal at 124, kind at 156. */
function entry(name: string, kind: '0' | '5', text = ''): Buffer {
  const bytes = Buffer.alloc(512 + Math.ceil(text.length / 512) * 512)
  bytes.write(name, 0, 'latin1')
  bytes.write(`${text.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1')
  bytes.write(kind, 156, 'latin1')
  bytes.write(text, 512, 'latin1')
  return bytes
}

describe('unpacking a tar archive', () => {
  it('makes the folders and files that are in it', async () => {
    const folder = await temporaryFolder()
    const long = 'x'.repeat(1000)
    await unpackTar(Buffer.concat([entry('./', '5'), entry('./empty/', '5'), entry('./a/b.txt', '0', long), entry('./none', '0'), Buffer.alloc(1024)]), folder.path)
    expect((await readdir(folder.path)).sort()).toEqual(['a', 'empty', 'none'])
    expect(await readFile(join(folder.path, 'a', 'b.txt'), 'latin1')).toBe(long)
    expect(await readFile(join(folder.path, 'none'), 'latin1')).toBe('')
    await folder.remove()
  })

  it('lets nothing out of its folder', async () => {
    const folder = await temporaryFolder()
    await unpackTar(Buffer.concat([entry('../../outside', '0', 'x'), entry('/absolute', '0', 'x')]), join(folder.path, 'inside'))
    expect(await readdir(folder.path)).toEqual(['inside'])
    expect((await readdir(join(folder.path, 'inside'))).sort()).toEqual(['absolute', 'outside'])
    await folder.remove()
  })
})
