import { pipelineInvalid } from './pipeline-errors.js'

/** What ordering looks at. */
export interface LinkedStep {
  readonly name: string
  readonly inputs: readonly string[]
}

/**
 * Steps in an order in which each comes behind its inputs; among those that could come next, the one listed first.
 * Kahn (1962), O(steps × (steps + inputs)): pipelines have some hundred steps at most.
 *
 * @throws DataManagementError `PIPELINE_INVALID` naming the steps of a cycle
 */
export function orderSteps<Step extends LinkedStep>(steps: readonly Step[]): readonly Step[] {
  const ordered: Step[] = []
  const done = new Set<string>()
  const left = [...steps]
  while (left.length > 0) {
    const at = left.findIndex(({ inputs }) => inputs.every((input) => done.has(input)))
    if (at < 0) throw cycleOf(left)
    const [next] = left.splice(at, 1)
    done.add(next!.name)
    ordered.push(next!)
  }
  return ordered
}

/** Follows inputs from a step that waits until it comes back to one it has seen. */
function cycleOf(waiting: readonly LinkedStep[]): Error {
  const byName = new Map(waiting.map((step) => [step.name, step]))
  const path: string[] = []
  let step = waiting[0]!
  while (!path.includes(step.name)) {
    path.push(step.name)
    step = byName.get(step.inputs.find((input) => byName.has(input))!)!
  }
  const cycle = path.slice(path.indexOf(step.name)).toReversed()
  return pipelineInvalid({ step: cycle[0]! }, `Expected steps that depend on each other without a cycle, got ${[...cycle, cycle[0]].join(' → ')}. Take one of these inputs away.`, { cycle })
}
