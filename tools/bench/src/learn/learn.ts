import type { Benchmark } from '../benchmark.js'
import { benchmarkBoosting } from './boosting.js'
import { benchmarkFewRows } from './few-rows.js'
import { benchmarkForest } from './forest.js'
import { benchmarkIncidents } from './incidents.js'
import { benchmarkLinear } from './linear.js'
import { benchmarkPromisedPrecision } from './promised-precision.js'
import { benchmarkQuality } from './quality.js'
import { benchmarkText } from './text.js'

/** Estimators against scikit-learn and XGBoost: how well they learn, and how fast. */
export const learn: Benchmark = {
  name: 'learn',
  title: 'Learning: estimators against scikit-learn and XGBoost',
  async run(options) {
    return [
      ...(await benchmarkText(options)),
      ...(await benchmarkQuality(options)),
      ...(await benchmarkPromisedPrecision(options)),
      ...(await benchmarkFewRows(options)),
      ...(await benchmarkBoosting(options)),
      ...(await benchmarkForest(options)),
      ...(await benchmarkIncidents(options)),
      ...(await benchmarkLinear(options)),
    ]
  },
}
