import {
  acceptedClass, calibrate, chooseCalibrator, choosePrecisionThresholds, chooseRegularization, crossFitProbabilities, LogisticRegression,
} from '@motadata/learn'
import { DataProcessor } from '@motadata/ml-framework'
import type { BenchmarkOptions, BenchmarkRow } from '../benchmark.js'
import { rounded } from '../median.js'
import { datasetOf, incidentTasks, type Task } from './quality.js'

const promises = [0.9, 0.95, 0.99]

/**
 * What becomes of a promised precision when time goes on: chosen on incidents whose group was known at the cut, counted on those that
 * were opened later. Rows of a group that was never seen before count as wrong when they are accepted.
 */
export async function benchmarkPromisedPrecisionByTime({ data, log }: BenchmarkOptions): Promise<BenchmarkRow[]> {
  if (data === undefined) return []
  log('promised precision by time')
  const [task] = await incidentTasks(data)
  return measure(task!)
}

function measure(task: Task): BenchmarkRow[] {
  const labelsOf = (rows: Task['train']) => rows.map((row) => String(row[task.target]))
  const [labels, actual] = [labelsOf(task.train), labelsOf(task.test)]
  const classes = [...new Set(labels)].sort()
  const codes = Int32Array.from(labels, (label) => classes.indexOf(label))
  const { processor, matrix } = new DataProcessor().fitTransform(datasetOf(task, task.train), { features: Object.keys(task.features), columnKinds: task.features })
  const target = { classes, codes }
  const { C } = chooseRegularization(matrix, target, { textColumns: processor.textColumns })
  const estimator = new LogisticRegression({ C })
  const probabilities = crossFitProbabilities(estimator, matrix, target, { seed: 0 })
  const { calibrator, crossFitted } = chooseCalibrator({ probabilities, codes, classCount: classes.length }, { seed: 0 })
  const predicted = calibrate(calibrator, estimator.fit(matrix, target).predictProbabilities(processor.transform(datasetOf(task, task.test))))
  const unseen = actual.filter((label) => !classes.includes(label)).length
  return promises.map((promisedPrecision) => {
    const chosen = choosePrecisionThresholds({ probabilities: crossFitted, codes, classCount: classes.length }, classes, { promisedPrecision })
    const answers = actual.map((label, row) => ({ label, code: acceptedClass(predicted, chosen, row * classes.length) })).filter(({ code }) => code >= 0)
    const precision = answers.filter(({ label, code }) => classes[code] === label).length / answers.length
    const kept = `shortfall ${rounded(Math.max(0, promisedPrecision - precision), 3)}, ${chosen.coverage.toFixed(3)} of the rows accepted when choosing`
    return {
      task: `promised precision ${promisedPrecision * 100} % of the last group of ServiceNow incidents, counted on those opened after the cut`,
      value: answers.length === 0 ? null : rounded(precision), unit: 'precision', better: 'higher', bar: promisedPrecision,
      note: `${answers.length === 0 ? 'nothing was accepted' : kept}; ${answers.length} of ${actual.length} rows accepted after the cut, ${unseen} of them all are of a group never seen before it`,
    }
  })
}
