import type { FitOptions } from '../estimator.js'
import { throwIfAborted } from '../input-check.js'

/**
 * What a solver calls before each iteration: it looks at the signal and reports progress, up to 0.99. What is left to gain falls about
 * by the same factor in each iteration, so the share done is that of its logarithm.
 *
 * @throws MLError `CANCELLED` from the function returned
 */
export function watchSolver(
  options: FitOptions, limits: { readonly tolerance: number; readonly maxIterations: number },
): (iteration: number, remaining: number) => void {
  const { tolerance, maxIterations } = limits
  let first = 0
  let reported = 0
  return (iteration, remaining) => {
    throwIfAborted(options.signal)
    if (!options.onProgress) return
    if (iteration === 0) first = Math.max(remaining, tolerance * 2)
    const gained = Math.log(first / Math.max(remaining, tolerance)) / Math.log(first / tolerance)
    const share = Math.max(iteration / maxIterations, gained)
    reported = Math.max(reported, Math.min(share, 0.99))
    options.onProgress(reported)
  }
}
