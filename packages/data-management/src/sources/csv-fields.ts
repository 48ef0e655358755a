/** The fields of a record that {@link CsvScanner} found, quotes taken off. */
export function fieldsOfRecord(text: string, delimiter: string): string[] {
  const fields: string[] = []
  for (let at = 0; ;) {
    let field = ''
    if (text[at] === '"') {
      at++
      for (;;) {
        const end = text.indexOf('"', at)
        field += text.slice(at, end < 0 ? undefined : end)
        if (end < 0) return [...fields, field]
        at = end + 1
        if (text[at] !== '"') break
        field += '"'
        at++
      }
    }
    const end = text.indexOf(delimiter, at)
    fields.push(field + text.slice(at, end < 0 ? undefined : end))
    if (end < 0) return fields
    at = end + 1
  }
}

/** A record as CSV, without the end of its line. @example recordOfFields(['a', 'b "c"'], ',') // => 'a,"b ""c"""' */
export function recordOfFields(fields: readonly string[], delimiter: string): string {
  if (fields.length === 1 && fields[0] === '') return '""'
  return fields.map((field) => (field.includes(delimiter) || /["\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(delimiter)
}
