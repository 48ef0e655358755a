import { createRandom, fromRecords, type TrainingSpec } from '@motadata/core'
import { decodeClassifier } from '../decode-classifier.js'
import { decodeModelArtifact } from '../../src/artifact/model-artifact.js'
import { TrainingCheckpoints } from '../../src/training/training-checkpoints.js'
import { trainModel } from '../../src/training/train-model.js'
import { makeTickets } from '../tickets.js'

const spec = (changes: Partial<TrainingSpec> = {}): TrainingSpec => ({ modelId: 'tickets', modelType: 'classification', target: 'category', ...changes })
const tickets = fromRecords(makeTickets(700).map((ticket) => ({ ...ticket })), { text: 'text' })
const silent = (): void => undefined

/** Hours that a ticket takes: by impact and site, with noise. */
const durations = (count = 500) => {
  const random = createRandom(5)
  return fromRecords(makeTickets(count).map(({ impact, site, opened }) =>
    ({ impact, site, opened, hours: 4 * (impact ?? 2) + (site === 'Pune' ? 6 : 0) + random.next() })))
}

describe('how far a model is to be trusted', () => {
  const { artifact, card } = trainModel({ dataset: tickets, spec: spec({ promisedPrecision: 0.8, coverage: 0.9, slices: ['site', 'vip'] }) }, silent)

  it('is measured on held-out rows: calibration with its curve, the promise, the coverage', () => {
    const { calibration, promise, conformal, split } = card
    expect(calibration!.expectedError).toBeLessThan(0.15)
    expect(calibration!.curve.reduce((sum, { rowCount }) => sum + rowCount, 0)).toBe(split.testRows)
    expect(Math.min(...Object.values(calibration!.logLosses))).toBeGreaterThan(0)
    expect(promise).toMatchObject({ promisedPrecision: 0.8, scope: 'all-classes' })
    expect(promise!.precision).toBeGreaterThan(0.8 - 0.1)
    expect(promise!.classes.map(({ label }) => label)).toEqual(['access', 'network', 'printer'])
    expect(conformal!.coverageInterval.high).toBeGreaterThan(0.9)
    expect(conformal!.meanSize).toBeGreaterThanOrEqual(1)
    expect(split.calibrationRows).toBe(split.trainRows)
  })

  it('is carried by the artifact', () => {
    const { thresholds, predictionSets } = decodeClassifier(artifact)
    expect(thresholds!.promisedPrecision).toBe(0.8)
    expect(predictionSets!.coverage).toBe(0.9)
  })

  it('is told by slice, the worst first', () => {
    const { slices, overall, worst } = card.slices!
    const means = slices.map(({ mean }) => mean)
    expect(means).toEqual([...means].sort((a, b) => a - b))
    expect(worst).toEqual(slices[0])
    expect(new Set(slices.map(({ column }) => column))).toEqual(new Set(['site', 'vip']))
    expect(overall).toBeCloseTo(card.quality.metrics[0]!.value, 12)
  })

  it('is not promised where rows are too few, and the notes say so', () => {
    const few = fromRecords(makeTickets(60).map(({ text, category }) => ({ text, category })))
    const outcome = trainModel({ dataset: few, spec: spec({ promisedPrecision: 0.9 }) }, silent)
    expect(outcome.card).toMatchObject({ calibration: null, promise: null })
    expect(outcome.report.notes.join(' ')).toMatch(/not calibrated: 48 training rows.*Neither precision/)
  })
})

describe('a column that knows too much', () => {
  it('is named, be it an answer or an instant after the event', () => {
    const rows = makeTickets(300).map(({ text, category, opened }, row) => ({
      text, category, opened_at: opened, closed_code: `code ${category}`, closed_at: new Date(Date.parse(opened) + (row % 9) * 3_600_000).toISOString(),
    }))
    const { card } = trainModel({ dataset: fromRecords(rows), spec: spec({ eventTime: 'opened_at' }) }, silent)
    expect(card.leakage).toContainEqual(expect.objectContaining({ column: 'closed_code', kind: 'predicts-alone' }))
    expect(card.leakage).toContainEqual(expect.objectContaining({ column: 'closed_at', kind: 'known-later' }))
    expect(card.limits.join(' ')).toContain('closed_code')
  })

  it('of rows that stand on both sides is counted', () => {
    const rows = makeTickets(100).map(({ text, category }) => ({ text, category }))
    const { card } = trainModel({ dataset: fromRecords([...rows, ...rows], { text: 'text' }), spec: spec() }, silent)
    expect(card.split.nearDuplicateShare).toBeGreaterThan(0.5)
    expect(card.limits.join(' ')).toContain('nearly repeat a training row')
  })
})

describe('a split', () => {
  it('is by time where rows have one: the last fifth, learned from what was known before', () => {
    const rows = makeTickets(200).map(({ text, category, opened }, row) => ({
      text, category, opened_at: opened, resolved_at: new Date(Date.parse(opened) + (row % 4 === 0 ? 200 : 1) * 24 * 3_600_000).toISOString(),
    }))
    const { card, report } = trainModel({ dataset: fromRecords(rows), spec: spec({ eventTime: 'opened_at', labelKnownAt: 'resolved_at' }) }, silent)
    expect(card.split).toMatchObject({ method: 'time', column: 'opened_at', testRows: 40 })
    expect(card.split.rowsLeftOut).toBe(200 - report.trainRows - report.testRows)
    expect(card.split.rowsLeftOut).toBeGreaterThan(20)
    expect(report.columns).toContainEqual({ name: 'resolved_at', use: expect.stringContaining('left out') })
  })

  it('by group has no group on both sides', () => {
    const rows = makeTickets(200).map(({ text, category }, row) => ({ text: `${text} desk${row % 10}`, category, desk: `desk${row % 10}` }))
    const { card } = trainModel({ dataset: fromRecords(rows, { text: 'text' }), spec: spec({ features: ['text'], test: { kind: 'group', column: 'desk' } }) }, silent)
    expect(card.split).toMatchObject({ method: 'group', column: 'desk', testRows: 40, trainRows: 160 })
  })
})

describe('a model of numbers', () => {
  const { artifact, card, report, signature, modelType } = trainModel({ dataset: durations(), spec: spec({ modelType: 'auto', target: 'hours', coverage: 0.9 }) }, silent)

  it('is trained where the target holds numbers, with intervals that cover what they promise', () => {
    expect(modelType).toBe('regression')
    expect(signature.output).toEqual({ kind: 'number' })
    expect(report.notes[0]).toMatch(/The task is regression/)
    expect(card.conformal).toMatchObject({ kind: 'intervals', promisedCoverage: 0.9 })
    expect(card.conformal!.coverageInterval.high).toBeGreaterThan(0.9)
    expect(decodeModelArtifact(artifact)).toMatchObject({ kind: 'regressor', intervals: { coverage: 0.9 } })
  })

  it('that is its own baseline is marked so', () => {
    const baseline = trainModel({ dataset: durations(), spec: spec({ modelType: 'regression', target: 'hours', estimator: { kind: 'mean-regressor' } }) }, silent)
    expect(baseline.report.beatsBaseline).toBe(false)
    expect(baseline.card.limits.join(' ')).toContain('not better than its baseline')
  })

  it('refuses a target of words', () => {
    expect(() => trainModel({ dataset: tickets, spec: spec({ modelType: 'regression' }) }, silent)).toThrow(expect.objectContaining({ code: 'TARGET_INVALID' }))
  })
})

describe('a choice of estimators', () => {
  it('is explained: every candidate with its score, one of them chosen', () => {
    const { card, modelType } = trainModel({ dataset: tickets, spec: spec({ modelType: 'auto' }) }, silent)
    expect(modelType).toBe('classification')
    expect(card.estimator.candidates.filter(({ isChosen }) => isChosen)).toHaveLength(1)
    expect(card.estimator.candidates.length).toBeGreaterThan(1)
    expect(card.estimator.candidates[0]).toMatchObject({ isChosen: true, rowShare: 1, kind: card.estimator.kind })
    expect(card.estimator.choice).toMatch(/was chosen by log-loss/)
  })

  it('ends early under a budget, and says so', () => {
    const { report } = trainModel({ dataset: tickets, spec: spec({ modelType: 'auto', budget: { iterations: 1 } }) }, silent)
    expect(report.notes.join(' ')).toContain('The budget of 1 fits was used up')
    const hasty = trainModel({ dataset: tickets, spec: spec({ budget: { seconds: 1e-6 } }) }, silent)
    expect(hasty.card.calibration).toBeNull()
    expect(hasty.report.notes.join(' ')).toContain('time budget')
  })

  it('is not begun in too little memory', () => {
    expect(() => trainModel({ dataset: tickets, spec: spec({ budget: { memoryBytes: 100_000 } }) }, silent))
      .toThrow(expect.objectContaining({ code: 'TRAINING_BUDGET_TOO_SMALL' }))
  })
})

describe('the same rows, seed and version', () => {
  it.each<[string, Partial<TrainingSpec>]>([
    ['classification', { promisedPrecision: 0.8, coverage: 0.9 }],
    ['auto', { modelType: 'auto' }],
    ['tables', { modelType: 'auto', features: ['impact', 'site', 'vip'] }],
  ])('give the same bytes at one and four threads: %s', (_, changes) => {
    const [one, four] = [1, 4].map((threads) => trainModel({ dataset: tickets, spec: spec({ ...changes, budget: { threads } }) }, silent).artifact)
    expect(Buffer.compare(one!, four!)).toBe(0)
  })

  it('give the same bytes when training was broken off after any of its steps', () => {
    const wanted = spec({ modelType: 'auto', promisedPrecision: 0.8 })
    const kept: [string, Uint8Array][] = []
    const whole = trainModel({ dataset: tickets, spec: wanted }, silent, new TrainingCheckpoints(new Map(), (step, bytes) => kept.push([step, bytes])))
    expect(new Set(kept.map(([step]) => step))).toEqual(new Set(['choice', 'fit', 'fold-0', 'fold-1', 'fold-2', 'fold-3', 'fold-4', ...(kept.some(([step]) => step === 'regularization') ? ['regularization'] : [])]))
    for (let count = 1; count < kept.length; count += 2) {
      const again: string[] = []
      const resumed = trainModel({ dataset: tickets, spec: wanted }, silent, new TrainingCheckpoints(new Map(kept.slice(0, count)), (step) => again.push(step)))
      expect(Buffer.compare(resumed.artifact, whole.artifact)).toBe(0)
      expect(again.length).toBe(kept.length - count)
    }
  })

  it('are gone on with past a checkpoint that is damaged', () => {
    const whole = trainModel({ dataset: tickets, spec: spec() }, silent)
    const damaged = new Map([['fit', Uint8Array.of(1, 2, 3)], ['choice', new Uint8Array(40)]])
    expect(Buffer.compare(trainModel({ dataset: tickets, spec: spec() }, silent, new TrainingCheckpoints(damaged)).artifact, whole.artifact)).toBe(0)
  })
})
