import { MLError } from '@motadata/core'
import type { Analyzer } from './term-hash.js'

export const analyzers = ['words', 'characters'] as const satisfies readonly Analyzer[]
export const isAnalyzer = (value: unknown): value is Analyzer => (analyzers as readonly unknown[]).includes(value)

/** How many words, or characters, a term may have, both ends included. */
export type NgramRange = readonly [shortest: number, longest: number]

const longestAllowed = 8

const isSize = (size: unknown): boolean => Number.isInteger(size) && (size as number) >= 1 && (size as number) <= longestAllowed

export const isNgramRange = (value: unknown): value is NgramRange =>
  Array.isArray(value) && value.length === 2 && value.every(isSize) && value[0] <= value[1]

/** @throws MLError `HYPERPARAMETER_INVALID` */
export function checkNgramRange(owner: string, range: unknown): NgramRange {
  if (isNgramRange(range)) return [range[0], range[1]]
  const allowed = `two whole numbers from 1 to ${longestAllowed}, the first not above the second`
  const received = Array.isArray(range) ? `[${range.slice(0, 4).map(String).join(', ')}]` : String(range)
  throw new MLError(
    'HYPERPARAMETER_INVALID',
    `Expected ${allowed}, for ngramRange of ${owner}, got ${received}. The default is [1, 1].`,
    { details: { owner, name: 'ngramRange', allowed, received } },
  )
}

/** Length that rows are scaled to: the sum of squares is 1, the sum of absolute values is 1, or as it comes. */
export const norms = ['l2', 'l1', 'none'] as const
export type Norm = (typeof norms)[number]
export const isNorm = (value: unknown): value is Norm => (norms as readonly unknown[]).includes(value)

/** Scales the values of one row in place. */
export function normalizeValues(values: Float32Array, start: number, end: number, norm: Norm): void {
  if (norm === 'none') return
  let sum = 0
  if (norm === 'l2') for (let i = start; i < end; i++) sum += values[i] * values[i]
  else for (let i = start; i < end; i++) sum += Math.abs(values[i])
  if (sum === 0) return
  const scale = 1 / (norm === 'l2' ? Math.sqrt(sum) : sum)
  for (let i = start; i < end; i++) values[i] *= scale
}
