import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sha256 } from '@motadata/core'
import { CollectingLogger, acme } from '@motadata/testing'
import { openS3ArtifactStore } from '../../src/s3/index.js'
import './server.js'

const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 31) & 0xff)
const hash = sha256(bytes)

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const whole: Answer = (_, response) => void response.end(bytes)
const notFound: Answer = (_, response) => {
  response.writeHead(404, { 'content-type': 'application/xml' })
  response.end('<Error><Code>NoSuchKey</Code></Error>')
}
const failing = (status: number): Answer => (_, response) => {
  response.writeHead(status, { 'content-type': 'application/xml' })
  response.end(`<Error><Code>SomeCode</Code></Error>`)
}
/** Promises the whole and ends the connection after half of it. */
const brokenOff: Answer = (_, response) => {
  response.writeHead(200, { 'content-length': bytes.byteLength })
  response.write(bytes.subarray(0, 50_000), () => response.destroy())
}
/** Says that half of it is all there is. */
const half: Answer = (_, response) => void response.end(bytes.subarray(0, 50_000))
const hanging: Answer = () => undefined
const hangingInTheMiddle: Answer = (_, response) => {
  response.writeHead(200, { 'content-length': bytes.byteLength })
  response.write(bytes.subarray(0, 50_000))
}

/** Long enough for a third of it to be enough for a good answer on a busy machine. */
const deadlineMs = 1_200

describe('S3ArtifactStore on a store with faults', () => {
  let server: Server
  let answers: Answer[]
  let asked: string[]
  let store: Awaited<ReturnType<typeof openS3ArtifactStore>> | undefined

  const url = (): string => `s3://bucket-one?endpoint=http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const open = async (...then: readonly Answer[]): Promise<NonNullable<typeof store>> => {
    answers = [(_, response) => void response.end(), ...then]
    store = await openS3ArtifactStore({ url: url(), logger: new CollectingLogger(), deadlineMs, attempts: 3 })
    asked = []
    return store
  }

  beforeEach(async () => {
    asked = []
    // Each request gets the next answer, and the last one again and again.
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      request.resume()
      ;(answers.length > 1 ? answers.shift()! : answers[0]!)(request, response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })

  afterEach(async () => {
    await store?.close()
    store = undefined
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  it('takes half an object for what it is', async () => {
    const artifacts = await open(half)
    await expect(artifacts.get(acme, hash)).rejects.toMatchObject({ code: 'ARTIFACT_CORRUPT', details: { sizeBytes: 50_000 } })
  })

  it.each([
    ['an answer breaks off', brokenOff],
    ['an answer hangs in the middle', hangingInTheMiddle],
    ['no answer comes', hanging],
    ['the server fails', failing(500)],
    ['the server is busy', failing(503)],
    ['the server takes it for too many requests', failing(429)],
  ])('asks again when %s', async (_, fault) => {
    const artifacts = await open(fault, whole)
    expect(Buffer.from(await artifacts.get(acme, hash)).equals(bytes)).toBe(true)
    expect(asked).toHaveLength(2)
  })

  it.each([
    ['every answer breaks off', brokenOff],
    ['every answer hangs in the middle', hangingInTheMiddle],
    ['no answer ever comes', hanging],
    ['the server goes on failing', failing(500)],
  ])('gives up within its deadline when %s', async (_, fault) => {
    const artifacts = await open(fault)
    const calls = [() => artifacts.get(acme, hash)]
    if (fault !== brokenOff && fault !== hangingInTheMiddle) calls.push(() => artifacts.put(acme, bytes) as never)
    for (const call of calls) {
      asked = []
      const askedAt = performance.now()
      await expect(call()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
      // The deadline, the two pauses between attempts, and some room for a busy machine.
      expect(performance.now() - askedAt).toBeLessThan(deadlineMs + 300 + 1_000)
      expect(asked).toHaveLength(3)
    }
  })

  it('does not ask again after a refusal', async () => {
    const artifacts = await open(failing(403))
    await expect(artifacts.get(acme, hash)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', message: expect.stringContaining('403') })
    await expect(artifacts.put(acme, bytes)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    expect(asked).toHaveLength(2)
  })

  it('tells what is not there from a store that fails', async () => {
    const artifacts = await open(notFound)
    await expect(artifacts.get(acme, hash)).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' })
    expect(await artifacts.has(acme, hash)).toBe(false)
  })

  it('asks for the object of the tenant by its hash', async () => {
    const artifacts = await open(whole)
    await artifacts.get(acme, hash)
    expect(asked).toEqual([`GET /bucket-one/t/acme/artifacts/${hash}?x-id=GetObject`])
  })

  it('refuses a bucket that it may not use when it is opened, and says that a server does not answer', async () => {
    answers = [failing(403)]
    await expect(openS3ArtifactStore({ url: url(), logger: new CollectingLogger() })).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID', message: expect.stringContaining('bucket-one') })
    answers = [hanging]
    await expect(openS3ArtifactStore({ url: url(), logger: new CollectingLogger(), deadlineMs: 200, attempts: 2 })).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  })

  it.each(['', 's3://', 'https://bucket', 's3://UPPER', 's3://key:secret@bucket-one', 's3://bucket-one/../x', 's3://bucket-one?endpoint=ftp://x', 's3://bucket-one?surprise=1'])(
    'refuses the address %j, and quotes nothing of it',
    async (address) => {
      const refusal: unknown = await openS3ArtifactStore({ url: address, logger: new CollectingLogger() }).catch((error: unknown) => error)
      expect(refusal).toMatchObject({ code: 'CONFIGURATION_INVALID' })
      expect(String(refusal)).not.toContain('secret@')
    },
  )
})
