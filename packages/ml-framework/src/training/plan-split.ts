import type { CardSplit, Dataset, TestSplit, TrainingSpec } from '@motadata/core'

const defaultShare = 0.2
/** A column of instants of one of these names says when rows came, without being declared to. */
const eventTimeNames = ['event_time', 'eventTime']

/** How rows will be divided, and how that is called. */
export interface SplitPlan {
  readonly split: TestSplit
  readonly method: CardSplit['method']
  readonly description: string
  readonly column: string | null
}

/** The column that says when rows came, if the spec or the column's name says so. */
export function eventTimeOf(spec: TrainingSpec, dataset: Dataset): string | undefined {
  return spec.eventTime ?? eventTimeNames.find((name) => dataset.columns.get(name)?.kind === 'instant')
}

/** What is said, or by default the last fifth where rows have a time, else a stratified fifth; of numbers any fifth. */
export function planSplit(spec: TrainingSpec, dataset: Dataset, hasClasses: boolean): SplitPlan {
  const eventTime = eventTimeOf(spec, dataset)
  const given: TestSplit = spec.test ?? (eventTime === undefined ? { kind: 'share', share: defaultShare } : { kind: 'time' })
  const percent = (share: number): string => `${Math.round(share * 100)} %`
  switch (given.kind) {
    case 'rule': return { split: given, method: 'rule', description: `rows for which ${given.rule}`, column: null }
    case 'share':
    case 'random': {
      const stratified = hasClasses && given.kind === 'share'
      const split: TestSplit = stratified ? given : { kind: 'random', share: given.share }
      const how = stratified ? `${percent(given.share)} of the rows of every class, at random` : `${percent(given.share)} of the rows, at random`
      return { split, method: stratified ? 'stratified' : 'random', description: how, column: null }
    }
    case 'group': {
      const description = `whole groups by ${given.column}, about ${percent(given.share ?? defaultShare)} of the rows`
      return { split: given, method: 'group', description, column: given.column }
    }
    case 'time': {
      const column = given.column ?? eventTime
      const labelKnownAt = given.labelKnownAt ?? spec.labelKnownAt
      const what = given.from === undefined ? `the last ${percent(given.share ?? defaultShare)} of the rows` : `rows from ${given.from} on`
      const known = labelKnownAt === undefined ? '' : `; learned from rows whose target was known by then (${labelKnownAt})`
      const split = { ...given, ...(column === undefined ? {} : { column }), ...(labelKnownAt === undefined ? {} : { labelKnownAt }) }
      return { split, method: 'time', description: `${what} by ${column ?? 'time'}${known}`, column: column ?? null }
    }
  }
}
