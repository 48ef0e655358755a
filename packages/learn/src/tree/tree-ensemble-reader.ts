import type { FeatureWidths } from '../input-check.js'
import type { ModelStateReader } from '../model-state-reader.js'
import { TreeEnsemble } from './tree-ensemble.js'
import { isLeaf, missingGoesLeft, splitsCategories, type TreeNodes } from './tree-nodes.js'

/** Words of a set of categories, at most: 65,536 categories. */
const maximumWords = 2048

/**
 * Trees out of a stored state that may be damaged or hostile: every walk from a root ends at a leaf of that tree, every index is in range
 * and every number finite.
 *
 * @param expected.leafWidth - A divisor of the outputs.
 * @throws ModelLoadError `MODEL_LOAD_FAILED`
 */
export function readTreeEnsemble(
  reader: ModelStateReader, expected: { readonly widths: FeatureWidths; readonly outputs: number; readonly leafWidth: number },
): TreeEnsemble {
  const { widths, outputs, leafWidth } = expected
  const features = reader.tensor('features', 'I32', [-1])
  const nodeCount = features.length
  const categoryWords = reader.wholeNumber('categoryWords', 0, maximumWords)
  const parts = {
    widths, outputs, leafWidth, features, categoryWords,
    treeStarts: reader.tensor('treeStarts', 'U32', [-1]).slice(),
    thresholds: reader.tensor('thresholds', 'F32', [nodeCount]),
    children: reader.tensor('children', 'U32', [nodeCount]),
    routes: reader.tensor('routes', 'U8', [nodeCount]),
    covers: reader.tensor('covers', 'F32', [nodeCount]).slice(),
    leafValues: reader.tensor('leafValues', 'F64', [-1, leafWidth]).slice(),
    categorySets: reader.tensor('categorySets', 'U32', [-1, categoryWords]).slice(),
  }
  const { treeStarts } = parts
  checkStarts(reader, treeStarts, nodeCount, outputs / leafWidth)
  const limits = {
    featureCount: widths.denseCount + widths.sparseCount,
    leafRows: parts.leafValues.length / leafWidth,
    setCount: categoryWords === 0 ? 0 : parts.categorySets.length / categoryWords,
  }
  const parents = new Uint8Array(nodeCount)
  for (let tree = 0; tree + 1 < treeStarts.length; tree++) checkTree(reader, parts, treeStarts[tree], treeStarts[tree + 1], limits, parents)
  return new TreeEnsemble(parts)
}

function checkStarts(reader: ModelStateReader, starts: Uint32Array, nodeCount: number, turns: number): void {
  if (starts.length === 0 || starts[0] !== 0 || starts[starts.length - 1] !== nodeCount) {
    throw reader.fail(`starts of trees from 0 to ${nodeCount}`, `${starts.length} from ${starts[0]} to ${starts[starts.length - 1]}`)
  }
  for (let tree = 0; tree + 1 < starts.length; tree++) {
    if (starts[tree + 1] <= starts[tree]) throw reader.fail('starts of trees that rise', `${starts[tree + 1]} after ${starts[tree]}`)
  }
  if ((starts.length - 1) % turns !== 0) throw reader.fail(`a multiple of ${turns} trees`, `${starts.length - 1}`)
}

interface Limits {
  readonly featureCount: number
  readonly leafRows: number
  readonly setCount: number
}

/** Children lie after their parent and each has one parent, so the nodes form one tree. */
function checkTree(reader: ModelStateReader, nodes: TreeNodes, start: number, end: number, limits: Limits, parents: Uint8Array): void {
  for (let node = start; node < end; node++) {
    if (node > start && parents[node] === 0) throw reader.fail('nodes that have a parent', `node ${node} without one`)
    if (!(nodes.covers[node] >= 0)) throw reader.fail('covers of at least 0', `${nodes.covers[node]} at node ${node}`)
    const child = nodes.children[node]
    if (nodes.features[node] === isLeaf) {
      checkLeaf(reader, nodes, node, limits)
      continue
    }
    checkSplit(reader, nodes, node, limits)
    if (child <= node || child + 1 >= end || parents[child] !== 0 || parents[child + 1] !== 0) {
      throw reader.fail(`two children of node ${node} after it and before ${end}, with no other parent`, `${child}`)
    }
    parents[child] = 1
    parents[child + 1] = 1
  }
}

function checkLeaf(reader: ModelStateReader, { children, routes, thresholds }: TreeNodes, node: number, { leafRows }: Limits): void {
  if (children[node] >= leafRows) throw reader.fail(`a leaf value below ${leafRows}`, `${children[node]} at node ${node}`)
  if (routes[node] !== 0 || thresholds[node] !== 0) throw reader.fail(`no route and no threshold at the leaf ${node}`, `${routes[node]} and ${thresholds[node]}`)
}

function checkSplit(reader: ModelStateReader, { features, routes, thresholds }: TreeNodes, node: number, { featureCount, setCount }: Limits): void {
  const [feature, threshold] = [features[node], thresholds[node]]
  if (feature < 0 || feature >= featureCount) throw reader.fail(`a feature from 0 to ${featureCount - 1}, or −1 at a leaf`, `${feature} at node ${node}`)
  if (routes[node] > missingGoesLeft + splitsCategories) throw reader.fail('routes from 0 to 3', `${routes[node]} at node ${node}`)
  if ((routes[node] & splitsCategories) === 0) return
  if (!(Number.isInteger(threshold) && threshold >= 0 && threshold < setCount)) {
    throw reader.fail(`a set of categories below ${setCount}`, `${threshold} at node ${node}`)
  }
}
