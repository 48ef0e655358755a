import { resolve } from 'node:path'
import { isArtifactUrl, parseArtifactUrl } from '../../src/artifacts/artifact-url.js'

describe('an artifact URL', () => {
  it.each([
    ['database:', { kind: 'database' }],
    ['file:/var/lib/artifacts', { kind: 'files', folder: '/var/lib/artifacts' }],
    ['file:///var/lib/artifacts', { kind: 'files', folder: '/var/lib/artifacts' }],
    ['file:./artifacts', { kind: 'files', folder: resolve('artifacts') }],
    ['s3://models', { kind: 's3', bucket: 'models', prefix: '', pathStyle: false }],
    ['s3://models/a/b/?region=eu-central-1', { kind: 's3', bucket: 'models', prefix: 'a/b', region: 'eu-central-1', pathStyle: false }],
    ['s3://models?endpoint=http://127.0.0.1:9000', { kind: 's3', bucket: 'models', prefix: '', endpoint: 'http://127.0.0.1:9000', pathStyle: true }],
    ['s3://models?endpoint=https://s3.internal&pathStyle=false', { kind: 's3', bucket: 'models', prefix: '', endpoint: 'https://s3.internal', pathStyle: false }],
  ])('says where artifacts go: %s', (text, place) => {
    expect(parseArtifactUrl(text)).toEqual(place)
    expect(isArtifactUrl(text)).toBe(true)
  })

  it.each(['', 'files', 'file:', 'database', 'database:x', '/var/lib', 'http://store/models', 's3:models', 's3://a', 's3://models?endpoint=x', 's3://models?region=A', 's3://models?pathStyle=maybe'])(
    'is none: %j',
    (text) => {
      expect(parseArtifactUrl(text)).toBeUndefined()
      expect(isArtifactUrl(text)).toBe(false)
    },
  )
})
