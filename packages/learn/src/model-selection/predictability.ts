import { createRandom, MLError } from '@motadata/core'
import type { Interval } from '../statistics/proportion-interval.js'
import { checkConfidence } from '../statistics/proportion-interval.js'
import { quantileOfSorted } from '../statistics/quantile.js'
import type { LearningCurvePoint } from './learning-curve.js'

export interface ExtrapolationOptions {
  /** Rows that a model will have to learn from. */
  readonly rowCount: number
  /** Chance that the interval holds the score; 0.9 when absent. */
  readonly confidence?: number
  /** The best score there is; 1 when absent. */
  readonly ceiling?: number
  /** Draws of the bootstrap; 400 when absent. */
  readonly repeats?: number
  /** 0 when absent. */
  readonly seed?: number
}

export interface ExtrapolatedScore {
  readonly rowCount: number
  readonly score: number
  readonly interval: Interval
  /** What endless rows would give. */
  readonly limit: number
}

/**
 * The score to expect of more rows, before training on them: an inverse power law, `limit − scale · rows^−rate`, through the points of a
 * learning curve. The interval comes from drawing the points' scores anew and adding their spread, and widens with the distance.
 *
 * @param points - Of two or more sizes; larger scores are better.
 * @throws MLError `DATA_EMPTY` for fewer than two points, `INPUT_INVALID`
 * @see Figueroa et al. (2012), "Predicting sample size required for classification performance".
 * @example
 * extrapolateLearningCurve(points, { rowCount: 50_000 }).interval // => { low: 0.84, high: 0.88 }
 */
export function extrapolateLearningCurve(points: readonly LearningCurvePoint[], options: ExtrapolationOptions): ExtrapolatedScore {
  const { rowCount, confidence = 0.9, ceiling = 1, repeats = 400, seed = 0 } = options
  checkConfidence(confidence)
  if (points.length < 2) throw new MLError('DATA_EMPTY', `Expected points of two or more sizes, got ${points.length}. Measure smaller samples too.`)
  if (!(rowCount >= 1)) throw new MLError('INPUT_INVALID', `Expected rows from 1 to extrapolate to, got ${rowCount}.`)
  const sizes = points.map((point) => point.rowCount)
  const law = fitPowerLaw(sizes, points.map(({ mean }) => mean), ceiling)
  const random = createRandom(seed)
  const spread = Math.sqrt(points.reduce((sum, { deviation }) => sum + deviation ** 2 / points.length, 0))
  const misfit = Math.sqrt(points.reduce((sum, { rowCount: size, mean }) => sum + (mean - valueOf(law, size)) ** 2 / points.length, 0))
  const drawn = Float64Array.from({ length: repeats }, () => {
    const means = points.map(({ scores }) => Float64Array.from(scores, () => scores[random.below(scores.length)]).reduce((sum, score) => sum + score / scores.length, 0))
    const noisy = means.map((mean) => mean + misfit * gaussian(random.next(), random.next()))
    const value = valueOf(fitPowerLaw(sizes, noisy, ceiling), rowCount)
    return Math.min(ceiling, value + spread * gaussian(random.next(), random.next()))
  }).sort()
  const tail = (1 - confidence) / 2
  const score = valueOf(law, rowCount)
  const interval = { low: Math.min(score, quantileOfSorted(drawn, tail)), high: Math.max(score, quantileOfSorted(drawn, 1 - tail)) }
  return { rowCount, score, interval, limit: law.limit }
}

export interface Predictability extends ExtrapolatedScore {
  /** What knows nothing of the features. */
  readonly baseline: number
  /**
   * `likely`: even the low end of the interval beats the baseline by the least gain that is worth it. `unlikely`: not even the high end
   * does. Else `uncertain`: more rows are needed to tell.
   */
  readonly verdict: 'likely' | 'uncertain' | 'unlikely'
}

/**
 * Whether a target can be predicted well enough to be worth training on all rows.
 *
 * @param baseline - The score of the majority class or the mean on the same measure.
 * @param minimumGain - Score above the baseline that is worth it, for accuracies 0.05 say.
 * @throws MLError as {@link extrapolateLearningCurve}
 */
export function judgePredictability(
  points: readonly LearningCurvePoint[], baseline: number, minimumGain: number, options: ExtrapolationOptions,
): Predictability {
  const expected = extrapolateLearningCurve(points, options)
  const wanted = baseline + minimumGain
  const verdict = expected.interval.low >= wanted ? 'likely' : expected.interval.high < wanted ? 'unlikely' : 'uncertain'
  return { ...expected, baseline, verdict }
}

interface PowerLaw { readonly limit: number; readonly scale: number; readonly rate: number }

const valueOf = ({ limit, scale, rate }: PowerLaw, rows: number): number => limit - scale * rows ** -rate

/** Least squares along a grid of rates: for each, limit and scale are a straight line, kept below the ceiling and from falling. */
function fitPowerLaw(sizes: readonly number[], scores: readonly number[], ceiling: number): PowerLaw {
  const meanScore = scores.reduce((sum, score) => sum + score / scores.length, 0)
  let best: PowerLaw & { error: number } = { limit: meanScore, scale: 0, rate: 1, error: Infinity }
  for (let rate = 0.1; rate <= 1.5; rate += 0.05) {
    const x = sizes.map((size) => size ** -rate)
    const meanX = x.reduce((sum, value) => sum + value / x.length, 0)
    const squares = x.reduce((sum, value) => sum + (value - meanX) ** 2, 0)
    const slope = x.reduce((sum, value, at) => sum + (value - meanX) * (scores[at] - meanScore), 0) / squares
    let scale = Math.max(0, -slope)
    let limit = meanScore + scale * meanX
    if (limit > ceiling) {
      limit = ceiling
      scale = x.reduce((sum, value, at) => sum + value * (ceiling - scores[at]), 0) / x.reduce((sum, value) => sum + value * value, 0)
    }
    const error = scores.reduce((sum, score, at) => sum + (score - limit + scale * x[at]) ** 2, 0)
    if (error < best.error - 1e-15) best = { limit, scale, rate, error }
  }
  return best
}

/** Box and Muller's transform of two uniform numbers. */
const gaussian = (a: number, b: number): number => Math.sqrt(-2 * Math.log(1 - a)) * Math.cos(2 * Math.PI * b)
