import { addHistogram, subtractHistogram } from './histogram'
import { searchFeature } from './split-search'

/** Features of a block, bytes of a feature's description and of a split that was found. */
const BLOCK_WIDTH: usize = 8
const FEATURE_BYTES: usize = 16
const RESULT_BYTES: usize = 64

@inline
function searchBlock(parameters: usize, block: usize, histogram: usize, shift: usize, node: usize, results: usize): void {
  const features: usize = load<u32>(parameters, 16)
  for (let position: usize = 0; position < BLOCK_WIDTH; position++) {
    const index = block * BLOCK_WIDTH + position
    const feature = features + index * FEATURE_BYTES
    const result = results + index * RESULT_BYTES
    if (load<i32>(feature) == 0) store<f64>(result, -1.0)
    else searchFeature(parameters, histogram + (position << (shift + 3)), feature, node, result)
  }
}

/**
 * Finishes a block's histograms of two siblings, that of the one with fewer rows from its parts and the other's from their parent's, and
 * finds the best split of each by each feature. Without a parent there is one node, the root. A task is an active block.
 */
export function finishBlock(parameters: usize, task: usize): void {
  const block: usize = load<u32>(<usize>load<u32>(parameters, 20) + (task << 2))
  const blockTable: usize = <usize>load<u32>(parameters, 12) + (block << 3)
  const shift: usize = load<u32>(blockTable)
  const offset: usize = load<u32>(blockTable, 4)
  const own: usize = <usize>load<u32>(parameters, 32) + offset
  const parent: usize = load<u32>(parameters, 36)
  const bytes: usize = BLOCK_WIDTH << (shift + 3)
  const parts: usize = load<u32>(parameters, 4)
  for (let part: usize = 1; part < parts; part++) {
    addHistogram(own, <usize>load<u32>(parameters, 8) + (part - 1) * <usize>load<u32>(parameters, 24) + offset, bytes)
  }
  if (parent != 0) subtractHistogram(parent + offset, own, bytes)
  const results: usize = load<u32>(parameters, 48)
  if (results != 0) searchBlock(parameters, block, own, shift, load<u32>(parameters, 44), results)
  const siblingResults: usize = load<u32>(parameters, 56)
  if (siblingResults != 0) searchBlock(parameters, block, parent + offset, shift, load<u32>(parameters, 52), siblingResults)
}
