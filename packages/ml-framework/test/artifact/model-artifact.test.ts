import { readFileSync } from 'node:fs'
import { fromRecords, type Instance, isMLError } from '@motadata/core'
import fc from 'fast-check'
import { decodeModelArtifact } from '../../src/artifact/model-artifact.js'
import { decodeSafetensors, encodeSafetensors } from '../../src/artifact/safetensors.js'
import { trainModel } from '../../src/training/train-model.js'
import { decodeClassifier } from '../decode-classifier.js'
import { makeTickets } from '../tickets.js'

const trained = trainModel(
  { dataset: fromRecords(makeTickets(80).map((ticket) => ({ ...ticket }))), spec: { modelId: 'tickets', modelType: 'classification', target: 'category', seed: 3 } },
  () => undefined,
)
const { artifact } = trained

const refusal = (bytes: Uint8Array): unknown => {
  try {
    decodeModelArtifact(bytes)
    return 'accepted'
  } catch (error) {
    return isMLError(error) ? error.code : error
  }
}

describe('a model artifact', () => {
  it('says what it is: format, pipeline, signature, classes, seed, data, metrics and versions, and no time', () => {
    const { metadata } = decodeSafetensors(artifact)
    expect([...metadata.keys()].sort()).toEqual([
      'abstention', 'checksum', 'classes', 'dataset_fingerprint', 'estimator', 'format', 'metrics', 'model_type', 'pipeline', 'seed', 'signature', 'versions',
    ])
    expect(metadata.get('format')).toBe('motadata-model/2')
    expect(metadata.get('seed')).toBe('3')
    expect(metadata.get('classes')).toBe('["access","network","printer"]')
    expect(metadata.get('dataset_fingerprint')).toBe(trained.datasetFingerprint)
    expect(JSON.parse(metadata.get('metrics')!)).toEqual(trained.report.metrics)
    expect(JSON.parse(metadata.get('versions')!)).toEqual({
      '@motadata/core': expect.stringMatching(/^\d/), '@motadata/learn': expect.stringMatching(/^\d/), '@motadata/ml-framework': expect.stringMatching(/^\d/),
    })
  })

  it('comes back as the model that it was made of', () => {
    const model = decodeClassifier(artifact)
    expect(model.manifest.signature).toEqual(trained.signature)
    expect(model.manifest.estimator).toEqual(trained.report.estimator)
    expect(model.classifier.featureCount).toBe(model.processor.denseColumnCount + model.processor.sparseColumnCount)
    expect(model.sizeBytes).toBeGreaterThan(artifact.byteLength / 2)
  })

  it('is refused when any bit of it is another', () => {
    const flipped = fc.tuple(fc.nat(artifact.length - 1), fc.nat(7)).map(([index, bit]) => {
      const copy = Uint8Array.from(artifact)
      copy[index] = copy[index]! ^ (1 << bit)
      return copy
    })
    fc.assert(fc.property(flipped, (bytes) => expect(refusal(bytes)).toBe('MODEL_LOAD_FAILED')), { seed: 1, numRuns: 300 })
  })

  it('is refused when it is cut off anywhere', () => {
    fc.assert(fc.property(fc.nat(artifact.length - 1), (length) => expect(refusal(artifact.subarray(0, length))).toBe('MODEL_LOAD_FAILED')), { seed: 1, numRuns: 100 })
  })

  it.each<[string, (metadata: Map<string, string>) => void]>([
    ['another format number', (metadata) => metadata.set('format', 'motadata-model/3')],
    ['no format', (metadata) => metadata.delete('format')],
    ['another checksum', (metadata) => metadata.set('checksum', '0'.repeat(64))],
    ['a key more', (metadata) => metadata.set('author', 'x')],
    ['a key fewer', (metadata) => metadata.delete('seed')],
    ['a key __proto__', (metadata) => metadata.set('__proto__', 'x')],
  ])('is refused with %s', (_, change) => {
    const { metadata, tensors } = decodeSafetensors(artifact)
    const changed = new Map(metadata)
    change(changed)
    expect(refusal(encodeSafetensors({ metadata: changed, tensors }))).toBe('MODEL_LOAD_FAILED')
  })

  it('answers as it did when its format was new, whatever wrote it', () => {
    const fixture = (name: string): Buffer => readFileSync(new URL(`../fixtures/${name}`, import.meta.url))
    const { processor, classifier, row, probabilities } = decodeClassifier(fixture('motadata-model-1.safetensors'))
    const { cases } = JSON.parse(fixture('motadata-model-1.json').toString()) as { cases: { instance: Instance; probabilities: Record<string, number> }[] }
    for (const { instance, probabilities: expected } of cases) {
      processor.encode(instance, row)
      classifier.predictRow(row, probabilities)
      classifier.classes.forEach((label, code) => expect(probabilities[code]).toBeCloseTo(expected[label]!, 12))
    }
    expect(cases).toHaveLength(2)
  })
})
