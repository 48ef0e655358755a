/** Which methods a path has: what a router knows but does not tell. */
export class RouteTable {
  readonly #patterns = new Map<string, { readonly matches: RegExp; readonly methods: Set<string> }>()

  /** @param url - As routes are declared: `/v1/models/:model/predict`, `/docs/*`. */
  add(method: string | readonly string[], url: string): void {
    let entry = this.#patterns.get(url)
    if (!entry) this.#patterns.set(url, (entry = { matches: toPattern(url), methods: new Set() }))
    for (const name of [method].flat()) entry.methods.add(name)
  }

  /** The methods of all routes that a path fits; empty when there are none. */
  methodsOf(path: string): string[] {
    const methods = new Set<string>()
    for (const entry of this.#patterns.values()) {
      if (entry.matches.test(path)) for (const method of entry.methods) methods.add(method)
    }
    return [...methods].sort()
  }
}

function toPattern(url: string): RegExp {
  const parts = url.split(/(:[A-Za-z0-9_]+|\*)/)
  const source = parts.map((part) => (part === '*' ? '.*' : part.startsWith(':') ? '[^/]+' : part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')))
  return new RegExp(`^${source.join('')}$`)
}
