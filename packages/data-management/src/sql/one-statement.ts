import { MLError } from '@motadata/core'

/** What may hold a semicolon that ends nothing: texts, names, comments. */
const quoted = /[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_][A-Za-z_0-9]*)?\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\//g

/** SQL without the semicolon at its end. @throws MLError `INPUT_INVALID` when it is not one statement */
export function oneStatement(sql: string): string {
  const text = typeof sql === 'string' ? sql.trim().replace(/\s*;\s*$/, '') : ''
  if (text !== '' && !text.replace(quoted, ' ').includes(';')) return text
  throw new MLError('INPUT_INVALID', 'Expected one SELECT statement, got none or several. Give values as parameters.', { details: { field: 'sql', expected: 'one SELECT statement' } })
}
