import { MLError } from '@motadata/core'
import { termsModule } from './compiled/terms.js'
import type { KernelModule } from './kernel-module.js'

/** What counting terms computes in kernels; documented at their sources in `assembly/terms/`. */
export interface TermKernels {
  /** @param task - Which of the lanes at the parameters. */
  countLane(parameters: number, task: number): void
  moveLane(record: number, toSlots: number, toMask: number, toTexts: number, toStarts: number, toFrequencies: number): void
  mergeLane(from: number, into: number, numbers: number): void
  /** @param task - Which chunk of the rows at the parameters. */
  weighRows(parameters: number, task: number): void
}

export const termKernels: KernelModule<TermKernels> = {
  name: 'terms',
  compiled: termsModule,
  taskNames: ['countLane', 'weighRows'],
  inJavaScript: () => {
    throw new MLError('INTERNAL', 'Expected compiled kernels for terms: in JavaScript, countTerms counts the same in arrays of its own.')
  },
}
