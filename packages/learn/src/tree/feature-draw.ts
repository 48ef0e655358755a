import type { TreeRandom } from './tree-random.js'

/**
 * Which features a node looks at: some drawn without replacement, or all in their order.
 *
 * A feature that is constant in a node is constant below it too, and is not drawn there again. Draws go on until one is found that is
 * not constant, however many were to be drawn, as in scikit-learn.
 */
export class FeatureDraw {
  readonly #count: number
  readonly #order: Uint32Array
  /** Those found constant on the way to the current node, which lie first in the order; kept to put them back there. */
  readonly #constants: Uint32Array
  #known = 0
  #found = 0
  #drawnConstants = 0
  #visited = 0
  #end = 0
  #at = 0

  /** @param count - Features to look at, at most all. */
  constructor(featureCount: number, count: number) {
    this.#count = count
    this.#order = Uint32Array.from({ length: featureCount }, (_, feature) => feature)
    this.#constants = new Uint32Array(featureCount)
  }

  /** Starts anew for a tree, so that no tree depends on another. */
  beginTree(): void {
    for (let feature = 0; feature < this.#order.length; feature++) this.#order[feature] = feature
  }

  /** @param known - Features that were constant in the parent, as its `endNode` said; 0 at a root. */
  beginNode(known: number): void {
    this.#known = known
    this.#found = 0
    // where all are looked at, none is drawn in vain
    this.#drawnConstants = this.#count < this.#order.length ? 0 : known
    this.#visited = 0
    this.#end = this.#order.length
  }

  /** The next feature to look at, −1 when it is enough. */
  next(random: TreeRandom): number {
    const order = this.#order
    while (this.#end > this.#known + this.#found) {
      if (this.#visited >= this.#count && this.#visited > this.#found + this.#drawnConstants) return -1
      this.#visited++
      let at = this.#drawnConstants + random.below(this.#end - this.#found - this.#drawnConstants)
      if (at < this.#known) {
        this.#swap(at, this.#drawnConstants++)
        continue
      }
      at += this.#found
      this.#at = at
      return order[at]
    }
    return -1
  }

  /** Says of the feature that came last whether it was constant. */
  settle(constant: boolean): void {
    if (constant) this.#swap(this.#at, this.#known + this.#found++)
    else this.#swap(this.#at, --this.#end)
  }

  /** Features known to be constant in this node, to be handed to its children. */
  endNode(): number {
    const total = this.#known + this.#found
    if (this.#count < this.#order.length) this.#order.set(this.#constants.subarray(0, this.#known))
    this.#constants.set(this.#order.subarray(this.#known, total), this.#known)
    return total
  }

  #swap(a: number, b: number): void {
    const kept = this.#order[a]
    this.#order[a] = this.#order[b]
    this.#order[b] = kept
  }
}
