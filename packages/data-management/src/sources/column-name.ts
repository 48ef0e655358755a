const maximumNameLength = 256

/**
 * What is wrong with a column's name; undefined when nothing is.
 *
 * @example
 * columnNameFault('') // => 'an empty name'
 */
export function columnNameFault(name: string): string | undefined {
  if (name.trim() === '') return 'an empty name'
  if (name.length > maximumNameLength) return `a name longer than ${maximumNameLength} characters`
  return /\p{Cc}/u.test(name) || !name.isWellFormed() ? 'a name with control characters' : undefined
}
