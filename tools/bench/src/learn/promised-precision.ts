import { fromRecords } from '@motadata/core'
import {
  calibrate, chooseCalibrator, choosePrecisionThresholds, crossFitProbabilities, LogisticRegression, measureAbstention, stratifiedSplit,
} from '@motadata/learn'
import { DataProcessor } from '@motadata/ml-framework'
import type { BenchmarkOptions, BenchmarkRow } from '../benchmark.js'
import { loadLabelledTickets } from '../main-job/labelled-tickets.js'
import { rounded } from '../median.js'

const promises = [0.9, 0.95, 0.99]
/** The default promise is about the precision in the long run; whoever counts says over how many rows. */
const horizons = [{ meaning: 'in the long run', isCounted: false }, { meaning: 'over the rows counted', isCounted: true }] as const

/** What became of promised precisions over seeded splits: 8,000 tickets to learn and choose on, 2,000 to count on. */
export async function benchmarkPromisedPrecision({ data, quick, log }: BenchmarkOptions): Promise<BenchmarkRow[]> {
  const { train: first, test: second, origin } = await loadLabelledTickets(data)
  const tickets = [...first, ...second]
  const classes = [...new Set(tickets.map(([, label]) => label))].sort()
  const codes = Int32Array.from(tickets, ([, label]) => classes.indexOf(label))
  const seeds = quick ? 2 : 20
  const splits = Array.from({ length: seeds }, (_, seed) => {
    log(`promised precision, split ${seed + 1} of ${seeds}`)
    return measureSplit(tickets.map(([text]) => text), { classes, codes }, seed)
  })
  return horizons.flatMap(({ meaning, isCounted }, half) => promises.flatMap((promised, at) => {
    const reports = splits.map((split) => split[half * promises.length + at]!)
    const kept = reports.filter(({ shortfall }) => shortfall === 0).length
    const coverages = reports.map(({ coverage }) => coverage)
    const mean = coverages.reduce((sum, coverage) => sum + coverage / seeds, 0)
    const accepting = reports.filter(({ acceptedRows }) => acceptedRows > 0)
    const note = `coverage ${Math.min(...coverages).toFixed(3)} at least, ${mean.toFixed(3)} on average; precision ${Math.min(...accepting.map(({ precision }) => precision)).toFixed(4)} at least; ` +
      `${seeds - accepting.length} splits accept nothing (${origin})`
    const row = { task: `promised precision ${promised * 100} % ${meaning}, kept in so many of ${seeds} splits`, value: kept, unit: 'splits', better: 'higher', bar: Math.floor(seeds * 0.95), note } as const
    if (promised !== 0.95 || isCounted) return [row]
    return [row, { task: 'coverage at a promised precision of 95 %, mean of the splits', value: rounded(mean, 3), unit: 'of the rows', better: 'higher', bar: 0.5, note: `least ${Math.min(...coverages).toFixed(3)} (${origin})` } as const]
  }))
}

function measureSplit(texts: readonly string[], { classes, codes }: { readonly classes: readonly string[]; readonly codes: Int32Array }, seed: number) {
  const classCount = classes.length
  const { train, test } = stratifiedSplit(codes, { testShare: 0.2, seed })
  const datasetOf = (rows: Uint32Array) => fromRecords(Array.from(rows, (row) => ({ text: texts[row]! })), { text: 'text' })
  const codesOf = (rows: Uint32Array) => Int32Array.from(rows, (row) => codes[row]!)
  const { processor, matrix } = new DataProcessor().fitTransform(datasetOf(train), { columnKinds: { text: 'text' } })
  const target = { classes, codes: codesOf(train) }
  const estimator = new LogisticRegression({ C: 10 })
  const probabilities = crossFitProbabilities(estimator, matrix, target, { seed, textColumns: processor.textColumns })
  const { calibrator, crossFitted } = chooseCalibrator({ probabilities, codes: target.codes, classCount }, { seed })
  const predicted = calibrate(calibrator, estimator.fit(matrix, target).predictProbabilities(processor.transform(datasetOf(test))))
  return horizons.flatMap(({ isCounted }) => promises.map((promisedPrecision) => {
    const options = { promisedPrecision, ...(isCounted && { horizonRows: test.length }) }
    const thresholds = choosePrecisionThresholds({ probabilities: crossFitted, codes: target.codes, classCount }, classes, options)
    return measureAbstention({ probabilities: predicted, codes: codesOf(test), classCount }, thresholds)
  }))
}
