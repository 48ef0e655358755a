/** A name as SQL writes it. @example quoteName('a "b"') // => '"a ""b"""' */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A text as SQL writes it. @example quoteText("it's") // => "'it''s'" */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
