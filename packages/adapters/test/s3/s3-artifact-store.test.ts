import { CollectingLogger, acme, describeArtifactStore } from '@motadata/testing'
import { openS3ArtifactStore } from '../../src/s3/index.js'
import { type TestBucket, createTestBucket, reportMissingS3, s3Endpoint } from './server.js'

reportMissingS3('the suite of artifacts on S3')

if (s3Endpoint !== undefined) {
  const logger = new CollectingLogger()

  describeArtifactStore(
    'S3',
    async () => {
      const bucket = await createTestBucket(s3Endpoint!)
      const store = await openS3ArtifactStore({ url: bucket.url, logger })
      return {
        store,
        damage: (tenantId, sha256) => bucket.put(`models/t/${tenantId}/artifacts/${sha256}`, 'damaged'),
        close: async () => {
          await store.close()
          bucket.close()
        },
      }
    },
    { damageable: true },
  )

  describe('S3ArtifactStore on a server', () => {
    let bucket: TestBucket

    beforeAll(async () => {
      bucket = await createTestBucket(s3Endpoint!)
    })

    afterAll(() => bucket.close())

    it('lists more than one page, and nothing but artifacts of the tenant', async () => {
      const store = await openS3ArtifactStore({ url: bucket.url, logger })
      // A page has a thousand objects.
      const hashes = Array.from({ length: 1_001 }, (_, i) => i.toString(16).padStart(64, '0'))
      for (let begin = 0; begin < hashes.length; begin += 50) await Promise.all(hashes.slice(begin, begin + 50).map((hash) => bucket.put(`models/t/acme/artifacts/${hash}`, 'x')))
      await bucket.put(`models/t/acme2/artifacts/${hashes[0]}`, 'x')
      await bucket.put('models/t/acme/artifacts/notes.txt', 'x')
      const listed: string[] = []
      for await (const { sha256 } of store.list(acme)) listed.push(sha256)
      expect(listed).toEqual(hashes)
      await store.close()
    }, 120_000)

    it('says which bucket is not there', async () => {
      const opening = openS3ArtifactStore({ url: `s3://no-such-bucket?endpoint=${s3Endpoint}`, logger })
      await expect(opening).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID', message: expect.stringContaining('no-such-bucket') })
    })
  })
}
