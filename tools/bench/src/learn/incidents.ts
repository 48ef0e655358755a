import { GradientBoostingClassifier, GradientBoostingRegressor, kFold, logLoss, meanAbsoluteError, rocAuc } from '@motadata/learn'
import type { BenchmarkOptions, BenchmarkRow } from '../benchmark.js'
import { rounded } from '../median.js'
import { categoricalColumns, type Incident, incidentMatrix, loadIncidents } from './incident-rows.js'

/** The first row of the last fifth, by time. */
const cutRow = 15_947
const seeds = [1, 2, 3, 4, 5]
/** What is chosen among, by the rows learned from only. */
const candidates = [
  { iterations: 200 },
  { iterations: 200, categorySmoothing: 3 },
  { iterations: 200, learningRate: 0.05, columnShare: 0.5, rowShare: 0.8 },
  { iterations: 200, learningRate: 0.05, columnShare: 0.5, rowShare: 0.8, maxLeaves: 16, categorySmoothing: 50 },
] as const
type Candidate = (typeof candidates)[number]
const hoursCandidates = [
  { iterations: 200 },
  { iterations: 200, categorySmoothing: 3 },
  { iterations: 200, learningRate: 0.05, columnShare: 0.5, rowShare: 0.8 },
  { iterations: 200, learningRate: 0.05, columnShare: 0.5, rowShare: 0.8, categorySmoothing: 1, maxLeaves: 63 },
] as const

/** Quality of boosted trees on real incidents: on rows drawn evenly, and on those after a point in time, with what was known at it. */
export async function benchmarkIncidents({ data, quick, log }: BenchmarkOptions): Promise<BenchmarkRow[]> {
  const tasks = [evenly, slaByTime, hoursByTime]
  if (data === undefined) return tasks.map(({ row }) => ({ ...row, value: null, note: 'needs the real incidents: --data DIR' }))
  const incidents = await loadIncidents(data)
  return tasks.map(({ row, measure }) => {
    log(`boosted trees: ${row.task}`)
    const values = (quick ? seeds.slice(0, 1) : seeds).map((seed) => measure(incidents, seed))
    const scores = values.map(({ score }) => score)
    const mean = (numbers: readonly number[]): number => numbers.reduce((sum, own) => sum + own, 0) / numbers.length
    return {
      ...row, value: rounded(mean(scores)),
      quality: `${values[0]!.other === undefined ? '' : `log-loss ${mean(values.map(({ other }) => other!)).toFixed(3)}; `}${scores.length} seeds from ${rounded(Math.min(...scores))} to ${rounded(Math.max(...scores))}`,
    }
  })
}

interface Task {
  readonly row: Pick<BenchmarkRow, 'task' | 'unit' | 'better' | 'bar'>
  measure(incidents: readonly Incident[], seed: number): { readonly score: number; readonly other?: number }
}

/** Every fifth row is held out, so test rows lie between training rows. */
const evenly: Task = {
  row: { task: 'made_sla of real incidents, every fifth row held out', unit: 'AUC', better: 'higher', bar: 0.835 },
  measure(incidents, seed) {
    const [train, test] = [incidents.filter((_, row) => row % 5 !== 0), incidents.filter((_, row) => row % 5 === 0)]
    return measureSla(train, test, seed)
  },
}

/** Only incidents that were closed before the cut have a label there. */
const slaByTime: Task = {
  row: { task: 'made_sla of real incidents, last fifth by time, labels known at the cut', unit: 'AUC', better: 'higher', bar: 0.745 },
  measure(incidents, seed) {
    const cutMs = incidents[cutRow]!.openedMs
    return measureSla(incidents.slice(0, cutRow).filter(({ closedMs }) => closedMs < cutMs), incidents.slice(cutRow), seed)
  },
}

/**
 * Only incidents that were resolved before the cut; the day is left out, as it tells those apart that could be resolved at all. What is
 * chosen among, on later rows of those learned from, is each candidate and the mean of all.
 */
const hoursByTime: Task = {
  row: { task: 'resolution_hours of real incidents, last fifth by time, resolved before the cut', unit: 'hours of mean absolute error', better: 'lower', bar: 125 },
  measure(incidents, seed) {
    const cutMs = incidents[cutRow]!.openedMs
    const inner = innerCuts.map((share) => {
      const at = Math.floor(cutRow * share)
      const later = incidents.slice(at, Math.floor(cutRow * (share + innerShare)))
      return { train: resolvedBefore(incidents.slice(0, at), incidents[at]!.openedMs), test: resolvedBefore(later, cutMs) }
    })
    const errors = inner.map(({ train, test }) => hoursErrors(train, test, seed))
    const means = errors[0]!.map((_, choice) => errors.reduce((sum, own) => sum + own[choice]!, 0))
    const test = incidents.slice(cutRow).filter(({ resolutionHours }) => !Number.isNaN(resolutionHours))
    return { score: hoursErrors(resolvedBefore(incidents.slice(0, cutRow), cutMs), test, seed)[means.indexOf(Math.min(...means))]! }
  },
}

const innerCuts = [0.5, 0.65, 0.8]
const innerShare = 0.15

function resolvedBefore(incidents: readonly Incident[], cutMs: number): Incident[] {
  return incidents.filter(({ openedMs, resolutionHours }) => openedMs + resolutionHours * 3_600_000 < cutMs)
}

function measureSla(train: readonly Incident[], test: readonly Incident[], seed: number): { score: number; other: number } {
  const chosen = choose(train, seed, (candidate, own, held) => -slaScores(candidate, own, held, seed).score)
  return slaScores(chosen, train, test, seed)
}

function slaScores(candidate: Candidate, train: readonly Incident[], test: readonly Incident[], seed: number): { score: number; other: number } {
  const codes = (rows: readonly Incident[]): Int32Array => Int32Array.from(rows, ({ madeSla }) => (madeSla ? 1 : 0))
  const model = new GradientBoostingClassifier(candidate).fit(incidentMatrix(train, train, true), { classes: ['missed', 'made'], codes: codes(train) }, { categoricalColumns, seed })
  const probabilities = model.predictProbabilities(incidentMatrix(test, train, true))
  return { score: rocAuc(codes(test), probabilities.filter((_: number, i: number) => i % 2 === 1)), other: logLoss(codes(test), probabilities, 2) }
}

/** The error of each candidate, and last that of the mean of all: medians of the logarithm, which are the medians. */
function hoursErrors(train: readonly Incident[], test: readonly Incident[], seed: number): number[] {
  const [learned, rows] = [incidentMatrix(train, train, false), incidentMatrix(test, train, false)]
  const target = Float64Array.from(train, ({ resolutionHours }) => Math.log1p(resolutionHours))
  const predictions = hoursCandidates.map((candidate) => new GradientBoostingRegressor({ ...candidate, loss: 'absolute' }).fit(learned, target, { categoricalColumns, seed }).predict(rows))
  const mean = predictions[0]!.map((_, row) => predictions.reduce((sum, own) => sum + own[row]!, 0) / predictions.length)
  const hours = Float64Array.from(test, ({ resolutionHours }) => resolutionHours)
  return [...predictions, mean].map((logarithms) => meanAbsoluteError(hours, logarithms.map(Math.expm1)))
}

/** The candidate with the smallest mean loss over three folds of the rows learned from. */
function choose(train: readonly Incident[], seed: number, lossOf: (candidate: Candidate, own: Incident[], held: Incident[]) => number): Candidate {
  const folds = kFold(train.length, { foldCount: 3, seed })
  const pick = (rows: Uint32Array): Incident[] => Array.from(rows, (row) => train[row]!)
  const losses = candidates.map((candidate) => folds.reduce((sum, fold) => sum + lossOf(candidate, pick(fold.train), pick(fold.test)), 0))
  return candidates[losses.indexOf(Math.min(...losses))]!
}
