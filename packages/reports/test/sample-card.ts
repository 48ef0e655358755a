import type { ModelCard } from '@motadata/core'

/** A card with every part filled in. */
export const sampleCard: ModelCard = {
  format: 'model-card/1',
  model: {
    name: 'ticket_classifier', version: 3, modelType: 'classification', description: 'Routes tickets by topic', createdAt: '2026-03-01T10:00:00.000Z',
    artifactSha256: 'a'.repeat(64), artifactSizeBytes: 524_288,
  },
  intendedUse: 'To suggest a topic to people who route tickets.',
  limits: ['Learned from English tickets.'],
  data: {
    fingerprint: 'b'.repeat(64), rowCount: 1000, target: 'topic', rowsWithoutTarget: 12,
    columns: [{ name: 'text', kind: 'text', use: 'words and pairs of words' }, { name: 'closed_at', kind: 'instant', use: 'left out: known later' }],
  },
  split: {
    method: 'time', description: 'the last fifth by opened_at', column: 'opened_at', cutAt: '2026-02-01T00:00:00.000Z', trainRows: 790, testRows: 198,
    calibrationRows: 790, rowsLeftOut: 0, nearDuplicateShare: 0.041,
  },
  estimator: {
    kind: 'logistic-regression', hyperparameters: { C: 30, classWeight: 'none' }, choice: 'smallest cross-fitted log-loss',
    candidates: [
      { kind: 'logistic-regression', hyperparameters: { C: 30 }, score: 0.45, rowShare: 1, isChosen: true, reason: 'smallest log-loss' },
      { kind: 'random-forest', hyperparameters: { trees: 100 }, score: null, rowShare: 0.25, isChosen: false, reason: 'left in the first round' },
    ],
    candidateMetric: 'logLoss',
  },
  quality: {
    baselineKind: 'majority-classifier',
    metrics: [
      { name: 'accuracy', value: 0.8423, interval: { low: 0.81, high: 0.87 }, baseline: 0.296, isHigherBetter: true },
      { name: 'logLoss', value: 0.455, interval: null, baseline: 1.9, isHigherBetter: false },
    ],
    primaryMetric: 'logLoss', beatsBaseline: true, gain: { value: 1.445, interval: { low: 1.3, high: 1.6 } },
    classes: [
      { label: 'network', precision: 0.85, recall: 0.8, f1: 0.824, support: 120 },
      { label: 'hardware', precision: 0.8, recall: 0.9, f1: 0.847, support: 78 },
    ],
    confusion: { labels: ['network', 'hardware'], counts: [[96, 24], [8, 70]] },
  },
  calibration: {
    method: 'temperature', logLosses: { none: 0.47, temperature: 0.455 }, expectedError: 0.012, maximumError: 0.05, uncalibratedExpectedError: 0.04,
    curve: [{ meanProbability: 0.35, observedShare: 0.4, rowCount: 20 }, { meanProbability: 0.95, observedShare: 0.94, rowCount: 120 }],
  },
  promise: {
    promisedPrecision: 0.95, confidence: 0.95, scope: 'all-classes',
    classes: [{ label: 'network', threshold: 0.81, acceptedRows: 70, precision: 0.957 }, { label: 'hardware', threshold: null, acceptedRows: 0, precision: null }],
    expectedCoverage: 0.58, coverage: 0.56, precision: 0.957, precisionInterval: { low: 0.9, high: 0.98 },
  },
  conformal: { kind: 'sets', method: 'lac', promisedCoverage: 0.9, coverage: 0.905, coverageInterval: { low: 0.87, high: 0.93 }, meanSize: 1.3 },
  slices: {
    metric: 'accuracy', isHigherBetter: true, overall: 0.84,
    slices: [
      { column: 'site', value: 'Oslo', rowCount: 40, mean: 0.6, interval: { low: 0.45, high: 0.74 }, isClearlyWorse: true },
      { column: 'site', value: 'Lyon', rowCount: 90, mean: 0.88, interval: { low: 0.8, high: 0.93 }, isClearlyWorse: false },
    ],
    worst: { column: 'site', value: 'Oslo', rowCount: 40, mean: 0.6, interval: { low: 0.45, high: 0.74 }, isClearlyWorse: true },
    tooSmall: 2,
  },
  importances: [
    { method: 'linear-weights', label: 'network', terms: [{ source: 'text', name: 'vpn', weight: 4.2 }, { source: 'text', name: 'printer', weight: -2.1 }] },
    { method: 'permutation', label: null, terms: [{ source: 'priority', name: 'priority', weight: 0.02 }] },
  ],
  leakage: [{ column: 'closed_by', kind: 'predicts-alone', share: 0.97, message: 'closed_by alone tells 97.0 % of the target: is it known when a ticket is opened?' }],
  seed: 0,
  versions: { '@motadata/learn': '1.0.0' },
  trainSeconds: 3.24,
  notes: [],
}

/** A card with only what every card has. */
export const barestCard: ModelCard = {
  ...sampleCard,
  model: { ...sampleCard.model, description: '' },
  quality: { ...sampleCard.quality, baselineKind: 'mean-regressor', classes: [], confusion: null, beatsBaseline: false },
  split: { ...sampleCard.split, cutAt: null, nearDuplicateShare: null },
  estimator: { ...sampleCard.estimator, candidates: [], candidateMetric: null },
  calibration: null, promise: null, conformal: null, slices: null, importances: [], leakage: [],
}
