import { DerivedKeyRing } from '@motadata/adapters'
import { decodePredictionId, fromRecords, type Instance, isMLError, type RequestContext } from '@motadata/core'
import { acme, asAcme, FixedClock, globex } from '@motadata/testing'
import fc from 'fast-check'
import { decodeModelArtifact } from '../src/artifact/model-artifact.js'
import type { ModelInMemory } from '../src/model-manager.js'
import { Predictor } from '../src/predictor.js'
import { trainModel } from '../src/training/train-model.js'
import { decodeClassifier } from './decode-classifier.js'
import { makeTickets } from './tickets.js'

const clock = new FixedClock()
const keys = new DerivedKeyRing({ masterKeys: [new Uint8Array(32).fill(7)] })
const predictor = new Predictor({ keys, clock })

const load = (columns: readonly string[]): ModelInMemory => {
  const dataset = fromRecords(makeTickets(200).map((ticket) => ({ ...ticket })))
  const outcome = trainModel({ dataset, spec: { modelId: 'tickets', modelType: 'classification', target: 'category', features: columns } }, () => undefined)
  const { artifact, artifactFormat, ...rest } = outcome
  return {
    model: decodeModelArtifact(artifact),
    version: {
      name: 'tickets', version: 3, artifact: { sha256: '', sizeBytes: artifact.byteLength, format: artifactFormat }, ...rest, createdAt: new Date(0), aliases: [],
    },
  }
}
const ofText = load(['text'])
const ofMany = load(['text', 'impact', 'site', 'vip', 'opened'])

describe('Predictor', () => {
  it('gives one prediction an instance, in their order, whose probabilities sum to 1', async () => {
    const predictions = await predictor.predict(asAcme, ofText, [{ text: 'toner jam tray' }, { text: 'vpn wifi router' }, { text: 'password reset login' }])
    expect(predictions.map(({ label }) => label)).toEqual(['printer', 'network', 'access'])
    for (const { label = '', probability, probabilities = {} } of predictions) {
      expect(Object.keys(probabilities)).toEqual(['access', 'network', 'printer'])
      expect(Object.values(probabilities).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
      expect(probability).toBe(Math.max(...Object.values(probabilities)))
      expect(probabilities[label]).toBe(probability)
    }
  })

  it('gives each an id that says what it is of, under the key of its tenant', async () => {
    const [about, without] = await predictor.predict(asAcme, ofText, [{ text: 'toner', entityKey: 'INC0012' }, { text: 'toner' }])
    const key = await keys.current(acme, 'prediction-id')
    expect(about!.entityKey).toBe('INC0012')
    expect(decodePredictionId(about!.predictionId, key)).toMatchObject({ tenantId: 'acme', model: 'tickets', version: 3, entityKey: 'INC0012', predictedAtMs: clock.nowMs() })
    expect(decodePredictionId(without!.predictionId, key)).not.toHaveProperty('entityKey')
    expect(without).not.toHaveProperty('entityKey')
    expect(without).not.toHaveProperty('warnings')
    expect(about!.predictionId).not.toBe(without!.predictionId)
    const theirs = await keys.current(globex, 'prediction-id')
    expect(() => decodePredictionId(about!.predictionId, theirs)).toThrow(expect.objectContaining({ code: 'PREDICTION_ID_INVALID' }))
  })

  it('gives different ids to a thousand predictions of one millisecond', async () => {
    const predictions = await predictor.predict(asAcme, ofText, Array.from({ length: 1_000 }, () => ({ text: 'toner' })))
    expect(new Set(predictions.map(({ predictionId }) => predictionId)).size).toBe(1_000)
  })

  it('answers without a promise once the tenant has asked, as long as that is short', async () => {
    const own = new Predictor({ keys, clock })
    const instances = [{ text: 'toner jam tray' }, { text: 'vpn wifi router' }]
    expect(own.predictAtOnce(asAcme, ofText, instances)).toBeUndefined()
    const [first] = await own.predict(asAcme, ofText, instances)
    expect(own.predictAtOnce(asAcme, ofText, instances)).toEqual([
      { ...first, predictionId: expect.not.stringMatching(first!.predictionId) }, expect.objectContaining({ label: 'network' }),
    ])
    expect(own.predictAtOnce({ ...asAcme, tenantId: globex }, ofText, instances)).toBeUndefined()
    expect(own.predictAtOnce(asAcme, ofText, Array(129).fill(instances[0]))).toBeUndefined()
    expect(() => own.predictAtOnce(asAcme, ofText, [])).toThrow(expect.objectContaining({ code: 'INSTANCES_EMPTY' }))
  })

  it('takes bare text for a model whose only input is text, and no other', async () => {
    const [bare, named] = await predictor.predict(asAcme, ofText, ['toner jam', { text: 'toner jam' }])
    expect(bare!.probabilities).toEqual(named!.probabilities)
    await expect(predictor.predict(asAcme, ofMany, ['toner jam'])).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { instance: 0 } })
  })

  it('passes warnings on', async () => {
    const [prediction] = await predictor.predict(asAcme, ofMany, [{ text: 'toner', site: 'Rome', impact: 2, vip: false }])
    expect(prediction!.warnings?.map(({ code, column }) => [code, column])).toEqual([['CATEGORY_UNKNOWN', 'site'], ['COLUMN_ABSENT', 'opened']])
  })

  it('names the instance that does not fit', async () => {
    await expect(predictor.predict(asAcme, ofMany, [{ text: 'ok' }, { text: 5 }])).rejects.toMatchObject({
      code: 'COLUMN_INVALID', details: { instance: 1, field: 'text', expected: 'text', received: 'a number' },
    })
  })

  it.each([
    [[], 'INSTANCES_EMPTY'], ['toner', 'INPUT_INVALID'], [{ text: 'toner' }, 'INPUT_INVALID'], [null, 'INPUT_INVALID'], [[null], 'INPUT_INVALID'], [[5], 'INPUT_INVALID'], [[''], 'COLUMN_INVALID'],
    [[{ text: 'toner', entityKey: {} }], 'COLUMN_INVALID'], [[{ text: 'toner', entityKey: 'x'.repeat(300) }], 'COLUMN_INVALID'], [[{ text: 'toner', entityKey: '\ud800' }], 'COLUMN_INVALID'],
  ])('refuses %j', async (instances, code) => {
    await expect(predictor.predict(asAcme, ofText, instances as Instance[])).rejects.toMatchObject({ code })
  })

  it('stops between instances for who has cancelled', async () => {
    const cancelling = new AbortController()
    const context: RequestContext = { ...asAcme, signal: cancelling.signal }
    const predicting = predictor.predict(context, ofText, Array.from({ length: 10_000 }, () => ({ text: 'toner' })))
    cancelling.abort()
    await expect(predicting).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  it('answers others while it works on many instances', async () => {
    const many = predictor.predict(asAcme, ofText, Array.from({ length: 5_000 }, () => ({ text: 'toner jam' }))).then(() => 'many')
    const one = new Promise((resolve) => setImmediate(resolve)).then(() => predictor.predict(asAcme, ofText, [{ text: 'vpn' }])).then(() => 'one')
    expect(await Promise.race([many, one])).toBe('one')
    await many
  })

  it('gives a prediction or a coded error, whatever it is asked about', async () => {
    const name = fc.constantFrom('text', 'impact', 'site', 'vip', 'opened', 'entityKey', 'constructor', '__proto__', 'category')
    const value = fc.oneof(fc.string({ unit: 'binary', maxLength: 50 }), fc.double(), fc.boolean(), fc.date({ noInvalidDate: false }), fc.constant(null), fc.anything({ withBigInt: true, withNullPrototype: true }))
    const instance = fc.oneof(fc.dictionary(name, value), fc.anything())
    await fc.assert(fc.asyncProperty(fc.array(instance, { maxLength: 3 }), fc.constantFrom(ofText, ofMany), async (instances, model) => {
      try {
        for (const { probabilities = {} } of await predictor.predict(asAcme, model, instances as Instance[])) expect(Object.values(probabilities).every(Number.isFinite)).toBe(true)
      } catch (error) {
        if (!isMLError(error)) throw error
      }
    }), { seed: 1, numRuns: 400 })
  })
})

describe('Predictor.explain', () => {
  it('splits the score into words and fields that sum to it', async () => {
    const [prediction] = await predictor.explain(asAcme, ofMany, [{ text: 'toner jam tray in berlin', impact: 2, site: 'Berlin', vip: false }], { termCount: 3 })
    const { explanation, label } = prediction!
    expect(label).toBe('printer')
    expect(explanation).toMatchObject({ method: 'linear', label: 'printer' })
    const { intercept, fields, terms, otherTerms, score } = explanation!
    expect(intercept + fields.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(score, 9)
    expect(intercept + otherTerms + terms.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(score, 9)
    expect(terms).toHaveLength(3)
    expect(terms.map(({ source }) => source)).toContain('text')
    expect(fields.find(({ source }) => source === 'text')!.contribution).toBeGreaterThan(0)
  })

  it('says what speaks for another class than the one predicted', async () => {
    const [prediction] = await predictor.explain(asAcme, ofText, [{ text: 'toner jam tray' }], { label: 'network' })
    expect(prediction!.label).toBe('printer')
    expect(prediction!.explanation!.label).toBe('network')
    expect(prediction!.explanation!.fields[0]!.contribution).toBeLessThan(0)
  })

  it.each<[string, object]>([['a class that it does not know', { label: 'kitchen' }], ['no terms', { termCount: 0 }], ['too many terms', { termCount: 1e6 }]])('refuses %s', async (_, options) => {
    await expect(predictor.explain(asAcme, ofText, [{ text: 'toner' }], options)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })

  it.each(['gradient-boosting-classifier', 'random-forest-classifier'])('splits the score of %s exactly too', async (kind) => {
    const dataset = fromRecords(makeTickets(200).map(({ impact, site, vip, category }) => ({ impact, site, vip, category })))
    const { artifact, ...rest } = trainModel({ dataset, spec: { modelId: 'm', modelType: 'classification', target: 'category', estimator: { kind } } }, () => undefined)
    const version = { ...rest, name: 'm', version: 1, artifact: { sha256: '', sizeBytes: 0, format: '' }, createdAt: new Date(0), aliases: [] }
    const [prediction] = await predictor.explain(asAcme, { model: decodeModelArtifact(artifact), version }, [{ impact: 2, site: 'Berlin', vip: true }])
    const { intercept, fields, score, method } = prediction!.explanation!
    expect(method).toBe('tree-shap')
    expect(intercept + fields.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(score, 6)
    expect(fields[0]!.source).toBe('site')
  })

  it('says so of a model that can not be split', async () => {
    const dataset = fromRecords(makeTickets(60).map(({ text, category }) => ({ text, category })), { text: 'text' })
    const { artifact, ...rest } = trainModel({ dataset, spec: { modelId: 'm', modelType: 'classification', target: 'category', estimator: { kind: 'majority-classifier' } } }, () => undefined)
    const version = { ...rest, name: 'm', version: 1, artifact: { sha256: '', sizeBytes: 0, format: '' }, createdAt: new Date(0), aliases: [] }
    await expect(predictor.explain(asAcme, { model: decodeModelArtifact(artifact), version }, [{ text: 'toner' }])).rejects.toMatchObject({ code: 'EXPLANATION_UNAVAILABLE' })
  })
})

describe('Predictor.predictProba', () => {
  it('gives the probabilities of every class in their order', async () => {
    const { classes, probabilities } = await predictor.predictProba(asAcme, ofText, [{ text: 'toner jam' }, { text: 'vpn' }])
    expect(classes).toEqual(['access', 'network', 'printer'])
    for (const row of probabilities) expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
    expect(probabilities).toHaveLength(2)
  })
})

describe('a model that promises', () => {
  const dataset = fromRecords(makeTickets(700).map(({ text, category }) => ({ text, category })), { text: 'text' })
  const { artifact, ...rest } = trainModel({ dataset, spec: { modelId: 'm', modelType: 'classification', target: 'category', promisedPrecision: 0.88, coverage: 0.9 } }, () => undefined)
  const version = { ...rest, name: 'm', version: 1, artifact: { sha256: '', sizeBytes: 0, format: '' }, createdAt: new Date(0), aliases: [] }
  const promising = { model: decodeModelArtifact(artifact), version }

  it('abstains from what is below its thresholds, and says which classes it may be', async () => {
    const predictions = await predictor.predict(asAcme, promising, makeTickets(200, 9).map(({ text }) => ({ text })))
    const { thresholds } = decodeClassifier(artifact)
    const thresholdOf = new Map(thresholds!.classes.map(({ label, threshold }) => [label, threshold]))
    for (const prediction of predictions) {
      const threshold = thresholdOf.get(prediction.label!) ?? null
      expect(prediction.abstained).toBe(threshold === null || prediction.probability! < threshold)
      expect(prediction.kind === 'class' && prediction.predictionSet![0]).toBe(prediction.label)
    }
    expect(predictions.some(({ abstained }) => abstained)).toBe(true)
    expect(predictions.some(({ abstained }) => !abstained)).toBe(true)
  })
})
