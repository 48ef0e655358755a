/** What is at a path of names in a document; undefined where there is nothing. @example valueAt({ meta: { next: 'b' } }, 'meta.next') // => 'b' */
export function valueAt(document: unknown, path: string): unknown {
  let value = document
  for (const name of path.split('.')) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) return undefined
    value = (value as Readonly<Record<string, unknown>>)[name]
  }
  return value
}
