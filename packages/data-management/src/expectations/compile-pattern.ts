import { createRequire } from 'node:module'
import type { RE2JS } from 're2js'

const require = createRequire(import.meta.url)

/**
 * A pattern in RE2's syntax, which takes time in proportion to the text whatever the pattern. The library is loaded with the first one: most
 * processes check none.
 *
 * @throws what re2js throws for a pattern that is none
 */
export function compilePattern(pattern: string): RE2JS {
  return (require('re2js') as typeof import('re2js')).RE2JS.compile(pattern)
}
