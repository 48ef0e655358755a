import { isMLError } from '@motadata/core'
import { availableParallelism } from 'node:os'
import type { FitOptions } from '../estimator.js'
import { throwIfAborted } from '../input-check.js'
import { kernelEngine } from '../kernels/kernel-engine.js'
import { KernelSession } from '../kernels/kernel-session.js'
import { termKernels } from '../kernels/term-kernels.js'
import { KernelTermCounts } from './kernel-term-counts.js'
import { countTerms, type TermCounts } from './term-counts.js'
import { countUnits, mostTerms, type TermChoice } from './text-size.js'

/** What fitting a vocabulary takes besides texts. */
export type TextFitOptions = Pick<FitOptions, 'threads' | 'signal'>

/** Code units of texts below which copying them would take longer than counting, and those that are worth a thread. */
const worthwhileUnits = 2 ** 16
const unitsOfAThread = 2 ** 18
/** A longer text is read in JavaScript, and all others with it: kernels would need as many bytes a lane, many times over. */
const longestReadText = 2 ** 22
const memoryLimitBytes = 2 ** 31
const mostLanes = 64

/**
 * Counts the terms of texts, in kernels where that is quicker and fits their memory, and has some work done with the counts while they
 * are there. The work must not depend on how terms are numbered, and may be done twice.
 *
 * @throws MLError `INPUT_INVALID` for what is not text, `CANCELLED`
 */
export function useTermCounts<Result>(
  texts: ArrayLike<string | null>, terms: TermChoice, { threads = 1, signal }: TextFitOptions,
  work: (counts: TermCounts) => Result,
): Result {
  throwIfAborted(signal)
  const { unitCount, longestText } = countUnits(texts)
  const needed = unitCount * 2 + mostTerms(unitCount, terms) * 8 + texts.length * 24
  if (kernelEngine() === 'wasm' && unitCount >= worthwhileUnits && longestText <= longestReadText && needed < memoryLimitBytes / 2) {
    const lanes = Math.max(1, Math.min(Math.floor(threads), availableParallelism(), mostLanes, Math.floor(unitCount / unitsOfAThread)))
    try {
      return KernelSession.use(termKernels, { threads: lanes, memoryLimitBytes }, (session) =>
        work(new KernelTermCounts(session, texts, unitCount, { ...terms, lanes, ...(signal && { signal }) })))
    } catch (error) {
      if (!isMLError(error, 'DATA_TOO_LARGE')) throw error
    }
  }
  return work(countTerms(texts, terms.analyzer, terms.ngramRange))
}
