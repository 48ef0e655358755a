import { MLError } from '@motadata/core'
import { Value } from '@sinclair/typebox/value'
import { parseDatasetName } from '../catalogue/dataset-name.js'
import { stepInputs, stepSchemas } from '../steps/step-schemas.js'
import { orderSteps } from './order-steps.js'
import type { PipelineDefinition, PipelineStep } from './pipeline-definition.js'
import { pipelineInvalid } from './pipeline-errors.js'

/** A step with its inputs said. */
export type LinkedPipelineStep = PipelineStep & { readonly inputs: readonly string[] }

/** A definition whose form is as documented, with its steps in the order of their dependence. */
export interface ParsedPipeline {
  readonly name: string
  readonly description: string
  readonly steps: readonly LinkedPipelineStep[]
}

const pipelineName = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/
const mostSteps = 200
const mostBytes = 1_000_000

/** @throws MLError `NAME_INVALID` */
export function parsePipelineName(value: unknown): string {
  if (typeof value === 'string' && pipelineName.test(value)) return value
  const received = typeof value === 'string' ? `'${value.slice(0, 60)}'` : typeof value
  throw new MLError('NAME_INVALID', `Expected a pipeline name of 1 to 128 letters, digits, dots, - or _, such as nightly-tickets, got ${received}.`, { details: { field: 'name', received } })
}

/**
 * Checks the form of a definition: names, kinds, settings, and that its steps depend on each other without a cycle. What columns they have
 * is looked at when it is planned.
 *
 * @throws MLError `NAME_INVALID`, `PIPELINE_INVALID`
 */
export function parseDefinition(definition: PipelineDefinition): ParsedPipeline {
  const given = (typeof definition === 'object' && definition !== null ? definition : {}) as Partial<PipelineDefinition>
  const name = parsePipelineName(given.name)
  const { steps, description = '' } = given
  if (typeof description !== 'string' || description.length > 2_000) throw pipelineInvalid({}, 'Expected a description of at most 2,000 characters, got something else.')
  if (!Array.isArray(steps) || steps.length < 1 || steps.length > mostSteps) {
    throw pipelineInvalid({}, `Expected 1 to ${mostSteps} steps, got ${Array.isArray(steps) ? steps.length : typeof steps}.`)
  }
  if (JSON.stringify(steps).length > mostBytes) throw pipelineInvalid({}, `Expected steps of at most ${mostBytes} characters of JSON, got more.`)
  const linked = steps.map((step: unknown, at) => parseStep(step, at, at > 0 ? (steps[at - 1] as Partial<PipelineStep> | null)?.name : undefined))
  const names = new Set<string>()
  for (const { name: step } of linked) {
    if (names.has(step)) throw pipelineInvalid({ step }, 'Expected a name of its own, got that of an earlier step.')
    names.add(step)
  }
  for (const step of linked) checkInputs(step, names)
  return { name, description, steps: orderSteps(linked) }
}

function parseStep(value: unknown, at: number, previous: unknown): LinkedPipelineStep {
  const step = (typeof value === 'object' && value !== null ? value : {}) as PipelineStep
  const shown = typeof step.name === 'string' ? step.name.slice(0, 63) : `number ${at + 1}`
  const schema = Object.hasOwn(stepSchemas, step.kind) ? stepSchemas[step.kind] : undefined
  if (!schema) throw pipelineInvalid({ step: shown }, `Expected a kind of ${Object.keys(stepSchemas).join(', ')}, got ${JSON.stringify(step.kind ?? null).slice(0, 60)}.`)
  const fault = Value.Errors(schema, step).First()
  if (fault) {
    const field = fault.path.slice(1).replaceAll('/', '.') || 'the step'
    throw pipelineInvalid({ step: shown }, `${fault.message} in '${field.slice(0, 200)}'. See what a step of kind ${step.kind} takes.`, { field: field.slice(0, 200) })
  }
  if ('dataset' in step) parseDatasetName(step.dataset)
  const fallback = stepInputs[step.kind][1] > 0 && typeof previous === 'string' ? [previous] : []
  return { ...step, inputs: step.inputs ?? fallback }
}

function checkInputs({ name: step, kind, inputs }: LinkedPipelineStep, names: ReadonlySet<string>): void {
  const unknown = inputs.find((input) => !names.has(input))
  if (unknown !== undefined) throw pipelineInvalid({ step }, `Expected the names of steps as inputs, got '${unknown}', which is none.`, { input: unknown })
  if (new Set(inputs).size < inputs.length) throw pipelineInvalid({ step }, 'Expected each input once, got one twice.')
  const [least, most] = stepInputs[kind]
  if (inputs.length < least || inputs.length > most) {
    throw pipelineInvalid({ step }, `Expected ${least === most ? String(least) : `${least} to ${most}`} inputs for a step of kind ${kind}, got ${inputs.length}.`)
  }
}
