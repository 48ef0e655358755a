import fc from 'fast-check'
import { findJsonFault } from '../../src/rest/json-fault.js'

describe('findJsonFault', () => {
  it.each([
    ['{"impact": NaN}', 1, 12, 'a value', '"N"'],
    ['{\n  "a": 1,\n}', 3, 1, 'a name in double quotes', '"}"'],
    ["{'a': 1}", 1, 2, "a name in double quotes or '}'", `"'"`],
    ['[1, 2', 1, 6, "',' or the end of the object or array", 'the end'],
    ['[1 2]', 1, 4, "',' or ']'", '"2"'],
    ['{"a" 1}', 1, 6, "':'", '"1"'],
    ['{"a": 1} x', 1, 10, 'nothing more', '"x"'],
    ['"no end', 1, 8, 'the closing double quote', 'the end'],
    ['"tab\there"', 1, 5, 'an escaped control character', '"\\t"'],
    ['"\\x41"', 1, 3, 'an escape that JSON knows', '"x"'],
    ['[01]', 1, 3, "',' or ']'", '"1"'],
    ['[.5]', 1, 2, "a value or ']'", '"."'],
    ['', 1, 1, 'a value', 'the end'],
    ['[1,]', 1, 4, 'a value', '"]"'],
    ['[}', 1, 2, "a value or ']'", '"}"'],
    ['Infinity', 1, 1, 'a value', '"I"'],
  ])('finds in %j the fault at line %i, column %i', (text, line, column, expected, received) => {
    expect(findJsonFault(text)).toMatchObject({ line, column, expected, received })
  })

  it('finds no fault in JSON', () => {
    fc.assert(fc.property(fc.json(), (text) => expect(findJsonFault(text)).toBeUndefined()))
  })

  it('finds a fault in exactly what JSON.parse refuses', () => {
    const parses = (text: string): boolean => {
      try {
        JSON.parse(text)
        return true
      } catch {
        return false
      }
    }
    const scraps = fc.array(fc.constantFrom('{', '}', '[', ']', ':', ',', '"a"', '"', '\\', 'u00e9', '1', '-', '.5', 'e3', 'true', 'null', 'NaN', ' ', '\n', '\u0001'), { maxLength: 12 })
    fc.assert(
      fc.property(scraps.map((parts) => parts.join('')), (text) => expect(findJsonFault(text) === undefined).toBe(parses(text))),
      { numRuns: 3_000 },
    )
  })

  it('bears nesting without end', () => {
    expect(findJsonFault('['.repeat(1_000_000))).toMatchObject({ column: 1_000_001, received: 'the end' })
  })
})
