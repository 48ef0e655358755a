/** Where a text stops being JSON, and what would have had to come there. */
export interface JsonFault {
  /** In UTF-16 units from 0. */
  readonly position: number
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
  readonly expected: string
  /** The character found, or `the end`. */
  readonly received: string
}

type Awaiting = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'nothing'

const expectations: Readonly<Record<Awaiting, string>> = {
  'value': 'a value',
  'value-or-end': "a value or ']'",
  'key': 'a name in double quotes',
  'key-or-end': "a name in double quotes or '}'",
  'colon': "':'",
  'comma-or-end': "',' or the end of the object or array",
  'nothing': 'nothing more',
}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const literal = /true|false|null/y

/**
 * Finds the first place at which a text is not JSON; undefined for JSON (RFC 8259).
 *
 * `JSON.parse` names a position only sometimes, and its message quotes the text. This is run only after it has refused.
 *
 * @example
 * findJsonFault('{"impact": NaN}')?.column // => 12
 */
export function findJsonFault(text: string): JsonFault | undefined {
  const open: ('{' | '[')[] = []
  let awaiting = 'value' as Awaiting
  let at = 0
  const fault = (position: number, expected: string): JsonFault => describe(text, position, expected)
  const afterValue = (): Awaiting => (open.length === 0 ? 'nothing' : 'comma-or-end')

  for (;;) {
    at = skipSpace(text, at)
    const character = text[at]
    if (character === undefined) return awaiting === 'nothing' ? undefined : fault(at, expectations[awaiting])
    if (awaiting === 'nothing') return fault(at, expectations.nothing)

    if (awaiting === 'colon') {
      if (character !== ':') return fault(at, expectations.colon)
      awaiting = 'value'
      at++
    } else if (awaiting === 'comma-or-end' && character === ',') {
      awaiting = open.at(-1) === '{' ? 'key' : 'value'
      at++
    } else if (closes(character, awaiting, open.at(-1))) {
      open.pop()
      awaiting = afterValue()
      at++
    } else if (awaiting === 'comma-or-end') {
      return fault(at, open.at(-1) === '{' ? "',' or '}'" : "',' or ']'")
    } else if (character === '"') {
      const isName = awaiting === 'key' || awaiting === 'key-or-end'
      const end = stringEnd(text, at)
      if (end.fault) return fault(end.at, end.fault)
      awaiting = isName ? 'colon' : afterValue()
      at = end.at
    } else if (awaiting === 'key' || awaiting === 'key-or-end') {
      return fault(at, expectations[awaiting])
    } else if (character === '{' || character === '[') {
      open.push(character)
      awaiting = character === '{' ? 'key-or-end' : 'value-or-end'
      at++
    } else {
      const end = scalarEnd(text, at)
      if (end === at) return fault(at, expectations[awaiting])
      awaiting = afterValue()
      at = end
    }
  }
}

function closes(character: string, awaiting: Awaiting, innermost: '{' | '[' | undefined): boolean {
  if (character === '}') return innermost === '{' && (awaiting === 'key-or-end' || awaiting === 'comma-or-end')
  return character === ']' && innermost === '[' && (awaiting === 'value-or-end' || awaiting === 'comma-or-end')
}

function skipSpace(text: string, from: number): number {
  let at = from
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) break
  }
  return at
}

function stringEnd(text: string, from: number): { readonly at: number; readonly fault?: string } {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x22) return { at: at + 1 }
    if (code < 0x20) return { at, fault: 'an escaped control character' }
    if (code === 0x5c) {
      const escape = /^(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(text.slice(at + 1, at + 6))
      if (!escape) return { at: at + 1, fault: 'an escape that JSON knows' }
      at += escape[0].length
    }
  }
  return { at: text.length, fault: 'the closing double quote' }
}

function scalarEnd(text: string, from: number): number {
  for (const pattern of [literal, number]) {
    pattern.lastIndex = from
    if (pattern.test(text)) return pattern.lastIndex
  }
  return from
}

function describe(text: string, position: number, expected: string): JsonFault {
  const before = text.slice(0, position)
  const lineStart = before.lastIndexOf('\n') + 1
  const found = text.codePointAt(position)
  return {
    position,
    line: before.split('\n').length,
    column: position - lineStart + 1,
    expected,
    received: found === undefined ? 'the end' : JSON.stringify(String.fromCodePoint(found)),
  }
}
