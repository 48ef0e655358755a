import { MLError, type Random } from '@motadata/core'

/** Where one hyperparameter may lie. */
export type SearchRange =
  | { readonly type: 'uniform' | 'log-uniform'; readonly low: number; readonly high: number; readonly integer?: boolean }
  | { readonly type: 'choice'; readonly options: readonly (string | number | boolean)[] }

/** Hyperparameters to search, by name. */
export type SearchSpace = Readonly<Record<string, SearchRange>>
export type Configuration = Readonly<Record<string, string | number | boolean>>

/** @throws MLError `INPUT_INVALID` for an empty space or a range that is none */
export function checkSearchSpace(space: SearchSpace): void {
  const names = Object.keys(space)
  if (names.length === 0) throw new MLError('INPUT_INVALID', 'Expected at least one hyperparameter to search, got none.')
  for (const name of names) {
    const range = space[name]
    const fits = range.type === 'choice' ? range.options.length > 0
      : Number.isFinite(range.low) && Number.isFinite(range.high) && range.low <= range.high && (range.type === 'uniform' || range.low > 0)
    if (fits) continue
    const expected = 'options, or a low bound up to a high one, above 0 where logarithms are drawn'
    throw new MLError('INPUT_INVALID', `Expected ${expected}, as the range of ${name}, got ${JSON.stringify(range).slice(0, 200)}.`)
  }
}

/** One point of the space; names are drawn in their order, so the same source of randomness gives the same point. */
export function drawConfiguration(space: SearchSpace, random: Random): Configuration {
  return Object.fromEntries(Object.entries(space).map(([name, range]) => {
    if (range.type === 'choice') return [name, random.pick(range.options)]
    const share = random.next()
    // Whole numbers: every one of the range has its part, the bounds too.
    const [low, high] = range.integer ? [range.low - 0.5 + 1e-9, range.high + 0.5 - 1e-9] : [range.low, range.high]
    const value = range.type === 'uniform' ? low + share * (high - low) : Math.exp(Math.log(Math.max(low, 1e-300)) + share * Math.log(high / Math.max(low, 1e-300)))
    return [name, range.integer ? Math.round(value) : Math.min(Math.max(value, range.low), range.high)]
  }))
}
