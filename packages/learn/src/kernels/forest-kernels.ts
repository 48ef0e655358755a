import { MLError } from '@motadata/core'
import { forestModule } from './compiled/forest.js'
import type { KernelModule } from './kernel-module.js'

/** What forests compute in kernels; documented at their sources in `assembly/forest/`. */
export interface ForestKernels {
  /** @param task - Which of the trees at the parameters. */
  growTree(parameters: number, task: number): void
}

export const forestKernels: KernelModule<ForestKernels> = {
  name: 'forest',
  compiled: forestModule,
  taskNames: ['growTree'],
  inJavaScript: () => {
    throw new MLError('INTERNAL', 'Expected compiled kernels for forests: in JavaScript, TreeGrower grows the same trees from arrays of its own.')
  },
}
