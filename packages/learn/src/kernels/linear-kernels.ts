import { MLError } from '@motadata/core'
import { linearModule } from './compiled/linear.js'
import type { KernelModule } from './kernel-module.js'

/** What fitting a linear model computes in kernels; documented at their sources in `assembly/linear/`. */
export interface LinearKernels {
  /** result += lines · input; addresses of arrays, and how many lines and numbers there are. */
  addProduct(pointers: number, indices: number, values: number, lineCount: number, input: number, width: number, result: number): void
  /** As `SoftmaxRows` has them, by their addresses. */
  softmaxShares(margins: number, width: number, rowWeights: number, rowCount: number, shares: number, largests: number, sums: number): void
}

export const linearKernels: KernelModule<LinearKernels> = {
  name: 'linear',
  compiled: linearModule,
  taskNames: [],
  inJavaScript: () => {
    throw new MLError('INTERNAL', 'Expected compiled kernels for linear models: in JavaScript, linear models are fitted in arrays of its own.')
  },
}
