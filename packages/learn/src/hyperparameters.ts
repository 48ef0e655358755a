import { MLError } from '@motadata/core'

/** What one hyperparameter may be. */
export type HyperparameterRule = NumberRule | ChoiceRule | BooleanRule

export interface NumberRule {
  readonly type: 'number'
  readonly default: number
  readonly minimum: number
  readonly maximum: number
  /** Whole numbers only. */
  readonly integer?: boolean
  /** The minimum itself is not allowed. */
  readonly exclusiveMinimum?: boolean
  readonly description: string
}

export interface ChoiceRule {
  readonly type: 'choice'
  readonly default: string
  readonly options: readonly string[]
  readonly description: string
}

export interface BooleanRule {
  readonly type: 'boolean'
  readonly default: boolean
  readonly description: string
}

/** Every hyperparameter of an estimator by name. */
export type HyperparameterSchema = Readonly<Record<string, HyperparameterRule>>

/** Every hyperparameter with a value. */
export type Hyperparameters<Schema extends HyperparameterSchema> = {
  readonly [Name in keyof Schema]: Schema[Name] extends NumberRule ? number
    : Schema[Name] extends { readonly options: readonly (infer Option)[] } ? Option
      : Schema[Name] extends BooleanRule ? boolean : never
}

/**
 * What was given, checked, with defaults for the rest; `undefined` counts as not given.
 *
 * @param owner - Whose they are, for messages: 'logistic-regression'.
 * @throws MLError `HYPERPARAMETER_UNKNOWN` naming the nearest valid name, `HYPERPARAMETER_INVALID`
 * @example
 * resolveHyperparameters('logistic-regression', logisticRegressionSchema, { C: 3 }).C // => 3
 */
export function resolveHyperparameters<const Schema extends HyperparameterSchema>(
  owner: string,
  schema: Schema,
  given: Readonly<Record<string, unknown>> = {},
): Hyperparameters<Schema> {
  for (const name of Object.keys(given)) if (!Object.hasOwn(schema, name)) throw unknownName(owner, schema, name)
  const resolved: Record<string, unknown> = {}
  for (const [name, rule] of Object.entries(schema)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined
    if (value !== undefined && !isAllowed(rule, value)) throw invalidValue(owner, name, rule, value)
    resolved[name] = value ?? rule.default
  }
  return resolved as Hyperparameters<Schema>
}

function isAllowed(rule: HyperparameterRule, value: unknown): boolean {
  if (rule.type === 'boolean') return typeof value === 'boolean'
  if (rule.type === 'choice') return typeof value === 'string' && rule.options.includes(value)
  if (typeof value !== 'number' || Number.isNaN(value)) return false
  if (rule.integer && !Number.isInteger(value)) return false
  return (rule.exclusiveMinimum ? value > rule.minimum : value >= rule.minimum) && value <= rule.maximum
}

function unknownName(owner: string, schema: HyperparameterSchema, name: string): MLError {
  const names = Object.keys(schema)
  const advice = names.length === 0 ? 'It has none; leave them out.'
    : `Did you mean '${nearestName(name, names)}'? It has ${names.join(', ')}.`
  return new MLError('HYPERPARAMETER_UNKNOWN', `Expected a hyperparameter of ${owner}, got '${name.slice(0, 100)}'. ${advice}`, {
    details: { owner, name: name.slice(0, 100), names },
  })
}

function invalidValue(owner: string, name: string, rule: HyperparameterRule, value: unknown): MLError {
  const allowed = describeRule(rule)
  const shown = typeof value === 'string' ? `'${value.slice(0, 100)}'`
    : value === null || typeof value !== 'object' ? String(value) : 'an object'
  return new MLError(
    'HYPERPARAMETER_INVALID',
    `Expected ${allowed} for ${name} of ${owner}, got ${shown}. The default is ${rule.default}.`,
    { details: { owner, name, allowed, received: shown } },
  )
}

function describeRule(rule: HyperparameterRule): string {
  if (rule.type === 'boolean') return 'true or false'
  if (rule.type === 'choice') return `one of ${rule.options.map((option) => `'${option}'`).join(', ')}`
  const bound = rule.exclusiveMinimum ? `above ${rule.minimum}` : `from ${rule.minimum}`
  return `a ${rule.integer ? 'whole ' : ''}number ${bound} up to ${rule.maximum}`
}

/** The name that was abbreviated, else the one with the fewest edits; case and `_` and `-` do not count. */
export function nearestName(written: string, names: readonly string[]): string {
  const plain = (name: string): string => name.slice(0, 100).toLowerCase().replace(/[_-]/g, '')
  const distances = names.map((name) => {
    const distance = editDistance(plain(written), plain(name))
    return distance > 0 && plain(written) !== '' && plain(name).startsWith(plain(written)) ? 0.5 : distance
  })
  return names[distances.indexOf(Math.min(...distances))]
}

/** Levenshtein distance, row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1))
    }
    row = next
  }
  return row[b.length]
}
