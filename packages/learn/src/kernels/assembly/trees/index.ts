/** Bits of a node's routes, as in `tree/tree-nodes.ts`. */
const MISSING_GOES_LEFT: u32 = 1
const SPLITS_CATEGORIES: u32 = 2

/** Sets of categories, of this thread's task. */
let sets: usize = 0
let words: usize = 0

/** Whether a category goes left; one outside of the set goes where missing values go. */
function categoryGoesLeft(node: usize, value: f32, routes: u32): usize {
  if (value >= 0.0 && value < <f32>(words << 5)) {
    const category = <u32>value
    if (<f32>category == value) {
      const set = sets + ((<usize>load<f32>(node, 4) * words) << 2)
      return <usize>((load<u32>(set + (<usize>(category >> 5) << 2)) >> (category & 31)) & 1)
    }
  }
  return <usize>(routes & MISSING_GOES_LEFT)
}

/** The node after a node, for a row; a leaf is its own. */
@inline
function step(node: usize, row: usize): usize {
  const value = load<f32>(row + <usize>load<u32>(node))
  const routes = load<u32>(node, 12)
  let left: usize
  if (routes & SPLITS_CATEGORIES) left = categoryGoesLeft(node, value, routes)
  else left = <usize>(value <= load<f32>(node, 4)) | (<usize>(value != value) & <usize>(routes & MISSING_GOES_LEFT))
  return <usize>load<u32>(node, 8) + ((1 - left) << 4)
}

@inline
function addLeaf(node: usize, nodes: usize, leafRows: usize, values: usize, leafWidth: usize, out: usize): void {
  const from = values + ((<usize>load<u32>(leafRows + ((node - nodes) >> 2)) * leafWidth) << 3)
  for (let k: usize = 0; k < leafWidth; k++) store<f64>(out + (k << 3), load<f64>(out + (k << 3)) + load<f64>(from + (k << 3)))
}

/**
 * Adds what all trees say of a chunk of rows. Four rows walk down a tree at the same time, so that none waits for the memory alone.
 *
 * A node takes 16 bytes: where its feature lies in a row, its threshold or set, the address of its left child, its routes. A leaf asks a
 * question that always leads to itself.
 */
export function scoreChunk(parameters: usize, task: usize): void {
  const nodes: usize = load<u32>(parameters)
  const leafRows: usize = load<u32>(parameters, 4)
  const starts: usize = load<u32>(parameters, 8)
  const treeCount: usize = load<u32>(parameters, 12)
  const rows: usize = load<u32>(parameters, 16)
  const rowCount: usize = load<u32>(parameters, 20)
  const rowBytes: usize = load<u32>(parameters, 24)
  const outputs: usize = load<u32>(parameters, 28)
  const leafWidth: usize = load<u32>(parameters, 32)
  const values: usize = load<u32>(parameters, 36)
  const out: usize = load<u32>(parameters, 40)
  const chunkRows: usize = load<u32>(parameters, 44)
  sets = load<u32>(parameters, 48)
  words = load<u32>(parameters, 52)
  const first = task * chunkRows
  const end = min(first + chunkRows, rowCount)
  const outBytes = outputs << 3
  let output: usize = 0
  for (let tree: usize = 0; tree < treeCount; tree++) {
    const root = nodes + (<usize>load<u32>(starts + (tree << 2)) << 4)
    let at = rows + first * rowBytes
    let to = out + first * outBytes + (output << 3)
    let row = first
    for (; row + 4 <= end; row += 4) {
      let a = root
      let b = root
      let c = root
      let d = root
      const rowB = at + rowBytes
      const rowC = rowB + rowBytes
      const rowD = rowC + rowBytes
      for (;;) {
        const nextA = step(a, at)
        const nextB = step(b, rowB)
        const nextC = step(c, rowC)
        const nextD = step(d, rowD)
        const moved = (nextA ^ a) | (nextB ^ b) | (nextC ^ c) | (nextD ^ d)
        a = nextA
        b = nextB
        c = nextC
        d = nextD
        if (moved == 0) break
      }
      addLeaf(a, nodes, leafRows, values, leafWidth, to)
      addLeaf(b, nodes, leafRows, values, leafWidth, to + outBytes)
      addLeaf(c, nodes, leafRows, values, leafWidth, to + outBytes * 2)
      addLeaf(d, nodes, leafRows, values, leafWidth, to + outBytes * 3)
      at = rowD + rowBytes
      to += outBytes << 2
    }
    for (; row < end; row++) {
      let node = root
      for (;;) {
        const next = step(node, at)
        if (next == node) break
        node = next
      }
      addLeaf(node, nodes, leafRows, values, leafWidth, to)
      at += rowBytes
      to += outBytes
    }
    output += leafWidth
    if (output == outputs) output = 0
  }
}
