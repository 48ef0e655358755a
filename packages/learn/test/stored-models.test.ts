import { estimatorCatalog, getEstimator } from '../src/index.js'
import { classTargets, nonNegativeMatrix, numberTarget, sampleMatrix } from './conformance/sample-data.js'
import { settingsOf } from './conformance/settings.js'
import { predictionsOf, readStoredModels, stateOf } from './fixtures/stored-model.js'

const stored = readStoredModels()

describe('models that were stored before', () => {
  it.each(stored)('of the format $format still load, and predict what they did', (model) => {
    const predictions = predictionsOf(stateOf(model), getEstimator(model.format.split('/')[0]!))
    expect(predictions).toHaveLength(model.predictions.length)
    const furthest = Math.max(...predictions.map((prediction, i) => Math.abs(prediction - model.predictions[i]!)))
    expect(furthest).toBeLessThan(1e-9)
  })

  it.each(estimatorCatalog)('are there for the format that $kind writes now', (entry) => {
    const { hyperparameters, nonNegativeFeatures } = settingsOf(entry)
    const rows = nonNegativeFeatures ? nonNegativeMatrix : sampleMatrix
    const state = (entry.task === 'classification' ? entry.create(hyperparameters).fit(rows, classTargets[1]!) : entry.create(hyperparameters).fit(rows, numberTarget)).toState()
    // a format that is new is added by fixtures/store-models.ts
    expect(stored.map(({ format }) => format)).toContain(state.format)
  })
})
