import { columnKinds, entityKeyField, MLError, modelTypes } from '@motadata/core'
import type { UseCaseDefinition } from './use-case-definition.js'

const useCaseName = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/
const maximumNameLength = 60

/**
 * Checks a definition as a whole and names everything that is wrong with it.
 *
 * @throws MLError `USE_CASE_INVALID`
 */
export function checkDefinition(value: unknown): asserts value is UseCaseDefinition {
  const faults = isRecord(value) ? [...faultsOf(value)] : ['it is no object']
  if (faults.length === 0) return
  const name = isRecord(value) && typeof value['name'] === 'string' ? ` '${value['name'].slice(0, maximumNameLength)}'` : ''
  throw new MLError('USE_CASE_INVALID', `Expected a use case${name} to be declared as documented, but ${faults.join('; ')}.`, { details: { faults } })
}

function* faultsOf(definition: Record<string, unknown>): Generator<string> {
  const { name, modelType, target, columns, estimator, minimumRows } = definition
  if (typeof name !== 'string' || name.length > maximumNameLength || !useCaseName.test(name)) {
    yield `its name is not of 1 to ${maximumNameLength} characters a-z, 0-9 and single hyphens, such as ticket-classification`
  }
  for (const field of ['title', 'description']) if (!isText(definition[field])) yield `its ${field} is empty`
  if (!modelTypes.some((type) => type === modelType)) yield `its modelType is not one of ${modelTypes.join(', ')}`
  if (!Number.isSafeInteger(minimumRows) || (minimumRows as number) < 2) yield 'its minimumRows is not a whole number from 2 up'
  if (estimator !== undefined && !(isRecord(estimator) && isText(estimator['kind']))) yield 'its estimator names no kind'
  if (Array.isArray(columns)) yield* columnFaults(columns, target)
  else yield 'its columns are no list'
}

function* columnFaults(columns: readonly unknown[], target: unknown): Generator<string> {
  const names = new Set<unknown>()
  let requiredCount = 0
  for (const [index, column] of columns.entries()) {
    if (!isRecord(column) || !isText(column['name'])) {
      yield `column ${index + 1} has no name`
      continue
    }
    const { name, kind, required, description } = column
    if (names.has(name)) yield `two columns have the name '${name}'`
    names.add(name)
    if (name === entityKeyField || name === '__proto__') yield `'${name}' can not be the name of a column`
    if (!columnKinds.some((known) => known === kind)) yield `the kind of column '${name}' is not one of ${columnKinds.join(', ')}`
    if (typeof required !== 'boolean') yield `column '${name}' does not say whether it is required`
    if (!isText(description)) yield `the description of column '${name}' is empty`
    if (name === target && kind === 'instant') yield `the target '${name}' holds instants, which are no classes`
    if (name !== target && required === true) requiredCount++
  }
  if (!isText(target) || !names.has(target)) yield 'its target is not the name of one of its columns'
  if (requiredCount === 0) yield 'no column besides the target is required'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}
