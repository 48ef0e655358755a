import { treesModule } from './compiled/trees.js'
import { treesInJavaScript } from './in-javascript/trees.js'
import type { KernelModule } from './kernel-module.js'

/** What predicting by many trees computes in kernels; documented at their source in `assembly/trees/`. */
export type TreeKernels = ReturnType<typeof treesInJavaScript>

export const treeKernels: KernelModule<TreeKernels> = {
  name: 'trees', compiled: treesModule, taskNames: ['scoreChunk'], inJavaScript: treesInJavaScript,
}
