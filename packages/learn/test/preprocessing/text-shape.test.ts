import { textShapeColumns, textShapes, writeTextShape } from '../../src/index.js'
import { codeOf, expectClose } from '../sparse-matrix.js'

const shapeOf = (text: string | null): Record<string, number> => {
  const out = new Float64Array(8)
  writeTextShape(text, out)
  return Object.fromEntries(textShapeColumns.map((name, at) => [name, out[at]]))
}

describe('writeTextShape', () => {
  it('measures length and look', () => {
    const shape = shapeOf('VPN down!\nERR 42')
    expectClose(
      [shape.characters, shape.words, shape.lines, shape['digit-share'], shape['upper-case-share'], shape['punctuation-share']],
      [Math.log(17), Math.log(5), Math.log(3), 2 / 16, 6 / 16, 1 / 16], 1e-12,
    )
  })

  it('tells English from German by their function words', () => {
    const [english, german] = [shapeOf('I cannot log in to the VPN, please help'), shapeOf('Der Drucker druckt nicht, bitte prüfen und für mich einrichten')]
    expect(english['english-share']).toBeGreaterThan(0.4)
    expect(english['german-share']).toBe(0)
    expect(german['german-share']).toBeGreaterThan(0.3)
    expect(german['english-share']).toBe(0)
  })

  it('counts letters, not units of UTF-16, and has zeros for nothing', () => {
    expect(shapeOf('𠮷野家').characters).toBeCloseTo(Math.log(4), 12)
    for (const text of [null, '']) expect(Object.values(shapeOf(text))).toEqual(new Array(8).fill(0))
    expect(shapeOf('!!!')['english-share']).toBe(0)
  })

  it('gives a batch what it gives a row', () => {
    const texts = ['VPN down', null, 'Drucker']
    const { values, rowCount, columnCount } = textShapes(texts)
    expect([rowCount, columnCount]).toEqual([3, 8])
    texts.forEach((text, row) => expectClose(values.slice(row * 8, row * 8 + 8), Object.values(shapeOf(text)), 1e-6))
  })

  it('refuses too little room', () => expect(codeOf(() => writeTextShape('a', new Float64Array(7)))).toBe('SHAPE_MISMATCH'))
})
