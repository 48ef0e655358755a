import { TreeEnsemble, type TreeEnsembleParts } from './tree-ensemble.js'
import { isLeaf, splitsCategories, type TreeNodes } from './tree-nodes.js'

/** One tree as it was grown: nodes and leaf values numbered from 0. */
export interface GrownTree extends TreeNodes {
  /** shape (leaf rows, leaf width) */
  readonly leafValues: Float64Array
  /** shape (sets, words) */
  readonly categorySets?: Uint32Array
}

/**
 * Trees that were grown one by one, as one ensemble.
 *
 * @param options.sharedLeafRows - So many leaf rows at the start are the same in every tree, as those of pure classes are, and are kept
 *   once; 0 when absent.
 */
export function joinTrees(
  trees: readonly GrownTree[],
  options: Pick<TreeEnsembleParts, 'widths' | 'outputs' | 'leafWidth' | 'categoryWords'> & { readonly sharedLeafRows?: number },
): TreeEnsemble {
  const { leafWidth, categoryWords = 0, sharedLeafRows = 0 } = options
  const shared = sharedLeafRows * leafWidth
  const nodeCount = trees.reduce((sum, { features }) => sum + features.length, 0)
  const joined = {
    features: new Int32Array(nodeCount), thresholds: new Float32Array(nodeCount), children: new Uint32Array(nodeCount),
    routes: new Uint8Array(nodeCount), covers: new Float32Array(nodeCount), treeStarts: new Uint32Array(trees.length + 1),
    leafValues: new Float64Array(trees.reduce((sum, { leafValues }) => sum + leafValues.length - shared, trees.length > 0 ? shared : 0)),
    categorySets: new Uint32Array(trees.reduce((sum, { categorySets }) => sum + (categorySets?.length ?? 0), 0)),
  }
  joined.leafValues.set(trees[0]?.leafValues.subarray(0, shared) ?? [])
  let [start, leafStart, setStart] = [0, shared, 0]
  trees.forEach((tree, number) => {
    joined.features.set(tree.features, start)
    joined.thresholds.set(tree.thresholds, start)
    joined.routes.set(tree.routes, start)
    joined.covers.set(tree.covers, start)
    for (let node = 0; node < tree.features.length; node++) {
      const child = tree.children[node]
      if (tree.features[node] !== isLeaf) joined.children[start + node] = start + child
      else joined.children[start + node] = child < sharedLeafRows ? child : child + leafStart / leafWidth - sharedLeafRows
      if ((tree.routes[node] & splitsCategories) !== 0) joined.thresholds[start + node] += setStart
    }
    joined.leafValues.set(tree.leafValues.subarray(shared), leafStart)
    joined.categorySets.set(tree.categorySets ?? [], setStart * categoryWords)
    start += tree.features.length
    leafStart += tree.leafValues.length - shared
    setStart += categoryWords === 0 ? 0 : (tree.categorySets?.length ?? 0) / categoryWords
    joined.treeStarts[number + 1] = start
  })
  return new TreeEnsemble({ ...options, ...joined, categoryWords })
}
