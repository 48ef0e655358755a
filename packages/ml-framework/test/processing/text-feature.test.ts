import { fromRecords, type Instance } from '@motadata/core'
import {
  accuracy, type FeatureRow, LogisticRegression, mostProbable, type ModelState, TfidfVectorizer,
} from '@motadata/learn'
import fc from 'fast-check'
import { DataProcessor } from '../../src/data-processor.js'
import { TextFeature, type TextOptions } from '../../src/processing/text-feature.js'
import { makeGermanTickets } from '../german-tickets.js'
import { makeTickets } from '../tickets.js'

const english = makeTickets(60).map(({ text }) => text)
const german = makeGermanTickets(60, 1, 'known').map(({ text }) => text)

function rowOf(feature: TextFeature, text: string | null): { outcome: string; indices: number[]; values: number[] } {
  const row: FeatureRow = {
    dense: new Float32Array(0), sparseCount: 0, sparseIndices: new Uint32Array(feature.sparseColumnCount), sparseValues: new Float32Array(feature.sparseColumnCount),
  }
  const outcome = feature.encodeValue(text, row, { dense: 0, sparse: 0 })
  return { outcome, indices: [...row.sparseIndices.subarray(0, row.sparseCount)], values: [...row.sparseValues.subarray(0, row.sparseCount)] }
}

describe('TextFeature', () => {
  it('has a block of words and pairs and a block of pieces of words, each row of either of length 1', () => {
    const { feature, blocks } = TextFeature.fitTransform([...english, ...german])
    expect(feature.blockWidths).toHaveLength(2)
    expect(feature.use).toBe(`text: ${feature.blockWidths[0]} terms and ${feature.blockWidths[1]} pieces of words by TF-IDF`)
    const { rowPointers, columnIndices, values } = blocks.sparse!
    const squares = [0, 0]
    for (let i = 0; i < rowPointers[1]!; i++) squares[columnIndices[i]! < feature.blockWidths[0]! ? 0 : 1]! += values[i]! ** 2
    expect(squares.map((square) => Number(square.toFixed(5)))).toEqual([1, 1])
  })

  it('has words alone when asked to', () => {
    const { feature } = TextFeature.fitTransform(english, { characterRange: 'none' })
    expect(feature.blockWidths).toHaveLength(1)
    expect(feature.featureColumns('text').every(({ kind }) => kind === 'term')).toBe(true)
  })

  it('names its columns', () => {
    const { feature } = TextFeature.fitTransform(['vpn', 'vpn hi'])
    expect(feature.featureColumns('text').map(({ name, kind }) => [name, kind])).toEqual([
      ['hi', 'term'], ['vpn', 'term'], ['vpn hi', 'term'], [' hi ', 'characters'], [' vpn', 'characters'], ['vpn ', 'characters'],
    ])
  })

  const ticket = fc.constantFrom(...english, ...german)
  const text = fc.option(fc.oneof(ticket, ticket.map((known) => known.toUpperCase().normalize('NFD')), fc.string({ unit: 'binary', maxLength: 40 })))
  const settings: readonly TextOptions[] = [{}, { characterRange: [3, 5], ngramRange: [1, 1] }, { characterRange: 'none' }, { method: 'hashing' }]

  it.each(settings)('gives the same bytes in training, in serving, and after storing and loading: %p', (options) => {
    fc.assert(fc.property(fc.array(text, { minLength: 1, maxLength: 8 }), (texts) => {
      const { feature, blocks } = TextFeature.fitTransform(texts, options)
      const loaded = TextFeature.load(feature.toState())
      expect(loaded.encodeColumn({ kind: 'text', values: texts }).sparse).toEqual(blocks.sparse)
      const { rowPointers, columnIndices, values } = blocks.sparse!
      texts.forEach((one, r) => {
        const [start, end] = [rowPointers[r], rowPointers[r + 1]]
        expect(rowOf(loaded, one)).toEqual({ outcome: 'encoded', indices: [...columnIndices.slice(start, end)], values: [...values.slice(start, end)] })
      })
    }), { numRuns: options.method === 'hashing' ? 3 : 30 })
  })

  it('loads a state from before there were pieces of words', () => {
    const { format, json, tensors } = new TfidfVectorizer({ ngramRange: [1, 2] }).fit(english).toState()
    const { analyzer, ...rest } = json
    const old: ModelState = { format: format.replace('/2', '/1'), json: rest, tensors }
    expect(analyzer).toBe('words')
    expect(rowOf(TextFeature.load(old), english[3]!)).toEqual(rowOf(TextFeature.fitTransform(english, { characterRange: 'none' }).feature, english[3]!))
  })

  it.each(['words', 'characters'])('refuses a state whose %s are missing or of the other kind', (part) => {
    const { feature } = TextFeature.fitTransform(english)
    const state = feature.toState()
    const { [part]: left, ...others } = state.json['parts'] as Record<string, unknown>
    expect(left).toBeDefined()
    expect(() => TextFeature.load({ ...state, json: { parts: others } })).toThrow(expect.objectContaining({ code: 'MODEL_LOAD_FAILED' }))
    const [other] = Object.values(others)
    expect(() => TextFeature.load({ ...state, json: { parts: { ...others, [part]: other } } })).toThrow(expect.objectContaining({ code: 'MODEL_LOAD_FAILED' }))
  })

  it('reads German compounds that it never saw by the pieces they share with known ones', () => {
    const [train, test] = [makeGermanTickets(300, 3, 'known'), makeGermanTickets(200, 4, 'new')]
    const score = (characterRange: TextOptions['characterRange']): number => {
      const processor = new DataProcessor({ text: { characterRange } })
      const columns = { target: 'category', columnKinds: { text: 'text' } } as const
      const { processor: fitted, matrix } = processor.fitTransform(fromRecords(train as unknown as Instance[]), columns)
      const classes = ['Drucken', 'Netz', 'Zugang']
      const codes = (rows: typeof train): Int32Array => Int32Array.from(rows, ({ category }) => classes.indexOf(category))
      const model = new LogisticRegression().fit(matrix, { classes, codes: codes(train) })
      return accuracy(codes(test), mostProbable(model.predictProbabilities(fitted.transform(fromRecords(test as unknown as Instance[], { text: 'text' }))), 3))
    }
    expect(score('none')).toBeLessThan(0.5)
    expect(score([4, 4])).toBeGreaterThan(0.9)
  })
})
