import type { Benchmark } from '../benchmark.js'
import { benchmarkBoosting } from './boosting.js'
import { benchmarkFewRows } from './few-rows.js'
import { benchmarkForest } from './forest.js'
import { benchmarkIncidents } from './incidents.js'
import { benchmarkLinear } from './linear.js'
import { benchmarkManyTenants } from './many-tenants.js'
import { benchmarkPromisedPrecision } from './promised-precision.js'
import { benchmarkPromisedPrecisionByTime } from './promised-precision-by-time.js'
import { benchmarkQuality } from './quality.js'
import { benchmarkText } from './text.js'

/** Estimators against scikit-learn and XGBoost: how well they learn, and how fast. */
export const learn: Benchmark = {
  name: 'learn',
  title: 'Learning: estimators against scikit-learn and XGBoost',
  parts: [
    { name: 'text', run: benchmarkText },
    { name: 'linear', run: benchmarkLinear },
    { name: 'boosting', run: benchmarkBoosting },
    { name: 'forest', run: benchmarkForest },
    { name: 'quality', run: benchmarkQuality },
    { name: 'incidents', run: benchmarkIncidents },
    { name: 'promised-precision', run: benchmarkPromisedPrecision },
    { name: 'promised-precision-by-time', run: benchmarkPromisedPrecisionByTime },
    { name: 'few-rows', run: benchmarkFewRows },
    { name: 'many-tenants', run: benchmarkManyTenants },
  ],
}
