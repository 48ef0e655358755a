import { Readable } from 'node:stream'
import { readUpload } from '../../src/rest/read-upload.js'

const streamOf = (chunkBytes: number, chunkCount: number): Readable =>
  Readable.from((function* () {
    for (let chunk = 0; chunk < chunkCount; chunk++) yield Buffer.alloc(chunkBytes, 'a')
  })())

describe('reading an upload', () => {
  it('gives its bytes, as many as the limit', async () => {
    expect((await readUpload(streamOf(10, 10), 100, undefined)).byteLength).toBe(100)
  })

  it('reads one that is somewhat too large to its end before it refuses it, so that the client has sent all and hears why', async () => {
    const stream = streamOf(10, 20)
    await expect(readUpload(stream, 100, undefined)).rejects.toMatchObject({ code: 'REQUEST_TOO_LARGE', details: { received: '200 bytes' } })
    expect(stream.readableEnded).toBe(true)
  })

  it('breaks off one that goes on and on', async () => {
    const stream = streamOf(10, Infinity)
    await expect(readUpload(stream, 100, undefined)).rejects.toMatchObject({ code: 'REQUEST_TOO_LARGE', details: { received: 'more bytes' } })
    expect(stream.destroyed).toBe(true)
  })

  it('reads nothing of one that says that it is too large', async () => {
    const stream = streamOf(10, 11)
    await expect(readUpload(stream, 100, 110)).rejects.toMatchObject({ code: 'REQUEST_TOO_LARGE' })
    expect(stream.readableDidRead).toBe(false)
  })

  it('refuses one that is empty or breaks off', async () => {
    await expect(readUpload(streamOf(10, 0), 100, undefined)).rejects.toMatchObject({ code: 'DATA_EMPTY' })
    const broken = Readable.from((async function* () {
      yield Buffer.from('a')
      throw new Error('reset')
    })())
    await expect(readUpload(broken, 100, undefined)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  })
})
