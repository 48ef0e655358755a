import type { Bound, Expectation } from './expectation.js'

/** An expectation in words. @example describeExpectation({ kind: 'range', column: 'hours', minimum: 0 }) // => 'hours is at least 0' */
export function describeExpectation(expectation: Expectation): string {
  const { mostly = 1 } = expectation
  return mostly === 1 ? claimOf(expectation) : `${claimOf(expectation)}, for at least ${Number((mostly * 100).toFixed(4))} % of the rows`
}

function claimOf(expectation: Expectation): string {
  switch (expectation.kind) {
    case 'type': return `${expectation.column} is a ${expectation.type} column`
    case 'not-null': return `${expectation.column} has a value`
    case 'range': return `${expectation.column} is ${rangeText(expectation)}`
    case 'length': return `the length of ${expectation.column} is ${rangeText(expectation)}`
    case 'pattern': return `${expectation.column} matches ${expectation.pattern}`
    case 'enum': return `${expectation.column} is one of ${listText(expectation.values.map(String))}`
    case 'unique': return `${expectation.columns.join(' with ')} ${expectation.columns.length > 1 ? 'are' : 'is'} unique`
    case 'foreign-key': return `${expectation.column} is in ${expectation.other} of ${expectation.dataset}`
    case 'freshness': return `the newest ${expectation.column} is at most ${expectation.maximumAgeHours} hours old`
    case 'row-count': return `the number of rows is ${rangeText(expectation)}`
    case 'compare': return `${expectation.column} ${expectation.operator} ${expectation.other}`
    case 'distribution': return `${expectation.column} is distributed as at the reference`
  }
}

function rangeText({ minimum, maximum }: { readonly minimum?: Bound; readonly maximum?: Bound }): string {
  if (minimum === undefined) return `at most ${String(maximum)}`
  return maximum === undefined ? `at least ${String(minimum)}` : minimum === maximum ? String(minimum) : `${String(minimum)} to ${String(maximum)}`
}

function listText(values: readonly string[]): string {
  const shown = values.slice(0, 8).join(', ')
  return values.length > 8 ? `${shown} and ${values.length - 8} more` : shown
}
