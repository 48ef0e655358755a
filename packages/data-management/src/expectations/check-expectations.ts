import { columnKinds, DataManagementError, parseInstant } from '@motadata/core'
import { nearestName } from '@motadata/learn'
import { compilePattern } from './compile-pattern.js'
import type { Expectation, ExpectationKind } from './expectation.js'

type Rule = (value: unknown) => string | undefined

const text: Rule = (value) => (typeof value === 'string' && value !== '' ? undefined : 'a text')
const finite: Rule = (value) => (typeof value === 'number' && Number.isFinite(value) ? undefined : 'a number')
const count: Rule = (value) => (Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : 'a whole number from 0 up')
const positive: Rule = (value) => (typeof value === 'number' && value > 0 && Number.isFinite(value) ? undefined : 'a number above 0')
const bound: Rule = (value) => (finite(value) === undefined || (typeof value === 'string' && Number.isFinite(parseInstant(value))) ? undefined : 'a number or an ISO 8601 instant')
const oneOf = (...options: readonly string[]): Rule => (value) => (options.includes(value as string) ? undefined : `one of ${options.join(', ')}`)
const listOf = (rule: Rule, what: string): Rule => (value) => (Array.isArray(value) && value.length > 0 && value.every((item) => rule(item) === undefined) ? undefined : `a list of ${what}`)
const scalar: Rule = (value) => (['string', 'number', 'boolean'].includes(typeof value) ? undefined : 'a text, number or boolean')
const optional = (rule: Rule): Rule => (value) => (value === undefined ? undefined : rule(value))
const pattern: Rule = (value) => {
  if (typeof value !== 'string') return 'a pattern'
  try {
    compilePattern(value)
    return undefined
  } catch (error) {
    return `a pattern in RE2's syntax (${error instanceof Error ? error.message : 'it is none'})`
  }
}
const reference: Rule = (value) => {
  const { edges, values, shares, rowCount } = (value ?? {}) as Record<string, unknown>
  const bins = Array.isArray(edges) && edges.every((edge) => finite(edge) === undefined) ? edges.length + 1
    : Array.isArray(values) && values.every((item) => typeof item === 'string') ? values.length + 1 : 0
  const fits = bins > 1 && count(rowCount) === undefined && Array.isArray(shares) && shares.length === bins && shares.every((share) => finite(share) === undefined && (share as number) >= 0)
  return fits ? undefined : 'edges or values, one share more than those, and rowCount, as referenceOf gives them'
}

const rules: Readonly<Record<ExpectationKind, Readonly<Record<string, Rule>>>> = {
  type: { column: text, type: oneOf(...columnKinds) },
  'not-null': { column: text },
  range: { column: text, minimum: optional(bound), maximum: optional(bound) },
  length: { column: text, minimum: optional(count), maximum: optional(count) },
  pattern: { column: text, pattern },
  enum: { column: text, values: listOf(scalar, 'texts, numbers or booleans') },
  unique: { columns: listOf(text, 'column names') },
  'foreign-key': { column: text, dataset: text, other: text },
  freshness: { column: text, maximumAgeHours: positive },
  'row-count': { minimum: optional(count), maximum: optional(count) },
  compare: { column: text, operator: oneOf('<', '<=', '=', '>=', '>'), other: text },
  distribution: { column: text, reference, maximumPsi: optional(positive) },
}
const leniency: Readonly<Record<string, Rule>> = {
  mostly: optional((value) => (typeof value === 'number' && value > 0 && value <= 1 ? undefined : 'a share above 0, to 1')),
  severity: optional(oneOf('error', 'warning')),
}
const needsBound: readonly string[] = ['range', 'length', 'row-count']

/**
 * @throws DataManagementError `EXPECTATION_INVALID`, naming every fault of every expectation at once
 */
export function checkExpectations(expectations: readonly unknown[]): asserts expectations is readonly Expectation[] {
  const faults = Array.isArray(expectations) ? expectations.flatMap((expectation, at) => faultsOf(expectation).map((fault) => `${at + 1}: ${fault}`)) : ['expected a list']
  if (faults.length === 0) return
  const shown = faults.slice(0, 10).join('; ')
  throw new DataManagementError('EXPECTATION_INVALID', `Expected expectations as documented, got ${faults.length} faults: ${shown}.`, { details: { faults: faults.slice(0, 100) } })
}

function faultsOf(expectation: unknown): string[] {
  if (expectation === null || typeof expectation !== 'object' || Array.isArray(expectation)) return ['expected an object']
  const fields = expectation as Readonly<Record<string, unknown>>
  const kinds = Object.keys(rules)
  const kind = String(fields.kind).slice(0, 100)
  if (!Object.hasOwn(rules, kind)) return [`there is no kind '${kind}'; did you mean '${nearestName(kind, kinds)}'? There are ${kinds.join(', ')}`]
  const known = { ...rules[kind as ExpectationKind], ...leniency }
  const faults = Object.entries(known).flatMap(([name, rule]) => {
    const expected = rule(Object.hasOwn(fields, name) ? fields[name] : undefined)
    return expected === undefined ? [] : [`${name} of ${kind}: expected ${expected}`]
  })
  for (const name of Object.keys(fields)) {
    if (name !== 'kind' && !Object.hasOwn(known, name)) faults.push(`${kind} has no '${name.slice(0, 100)}'; did you mean '${nearestName(name, Object.keys(known))}'?`)
  }
  if (needsBound.includes(kind) && fields.minimum === undefined && fields.maximum === undefined) faults.push(`${kind}: expected a minimum, a maximum or both`)
  return faults
}
