import { boostingModule } from './compiled/boosting.js'
import { histogramInJavaScript } from './in-javascript/histogram.js'
import type { KernelModule } from './kernel-module.js'

/** What gradient boosting computes in kernels; documented at their sources in `assembly/boosting/`. */
export type BoostingKernels = ReturnType<typeof histogramInJavaScript>

export const boostingKernels: KernelModule<BoostingKernels> = {
  name: 'boosting',
  compiled: boostingModule,
  taskNames: [],
  inJavaScript: (memory) => ({ ...histogramInJavaScript(memory) }),
}
