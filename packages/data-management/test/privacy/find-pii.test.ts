import fc from 'fast-check'
import { findPii, type PiiKind, piiKinds } from '../../src/index.js'
import { labelledTickets } from './labelled-tickets.js'

/** Share of labels that a finding of the kind overlaps, and of findings that overlap a label of the kind. */
function measure(count: number, seed: number): Record<PiiKind, { readonly recall: number; readonly precision: number; readonly labels: number }> {
  const sums = Object.fromEntries(piiKinds.map((kind) => [kind, { labels: 0, hit: 0, found: 0, right: 0 }])) as Record<PiiKind, { labels: number; hit: number; found: number; right: number }>
  for (const { text, labels } of labelledTickets(count, seed)) {
    const found = findPii(text)
    for (const label of labels) {
      sums[label.kind].labels++
      if (found.some(({ kind, start, end }) => kind === label.kind && start < label.end && label.start < end)) sums[label.kind].hit++
    }
    for (const finding of found) {
      sums[finding.kind].found++
      if (labels.some(({ kind, start, end }) => kind === finding.kind && start < finding.end && finding.start < end)) sums[finding.kind].right++
    }
  }
  return Object.fromEntries(piiKinds.map((kind) => [kind, { recall: sums[kind].hit / sums[kind].labels, precision: sums[kind].right / Math.max(1, sums[kind].found), labels: sums[kind].labels }])) as ReturnType<typeof measure>
}

describe('personal data in labelled tickets, English and German', () => {
  const measured = measure(3_000, 17)
  it.each<[PiiKind, number, number]>([
    ['email', 0.99, 0.99], ['ip', 0.99, 0.99], ['phone', 0.99, 0.99], ['credit-card', 0.99, 0.99], ['iban', 0.99, 0.99], ['national-id', 0.99, 0.99], ['host', 0.99, 0.99], ['name', 0.89, 0.99],
  ])('of kind %s is found to %d, and what is found is right to %d', (kind, recall, precision) => {
    expect(measured[kind].labels).toBeGreaterThan(100)
    expect(measured[kind].recall).toBeGreaterThanOrEqual(recall)
    expect(measured[kind].precision).toBeGreaterThanOrEqual(precision)
  })
})

describe('findPii', () => {
  const kindsIn = (text: string): string[] => findPii(text).map(({ kind, start, end }) => `${kind}: ${text.slice(start, end)}`)

  it.each<[string, string[]]>([
    ['mail Jürgen.Groß@müller-bau.de now', ['email: Jürgen.Groß@müller-bau.de']],
    ['card 4111 1111 1111 1111, not 4111 1111 1111 1112', ['credit-card: 4111 1111 1111 1111']],
    ['IBAN DE89 3704 0044 0532 0130 00', ['iban: DE89 3704 0044 0532 0130 00']],
    ['from 10.0.0.1 to fe80::1', ['ip: 10.0.0.1', 'ip: fe80::1']],
    ['\\\\fileserver\\share', ['host: fileserver']],
    ['Rentenversicherung 15070649C103', ['national-id: 15070649C103']], // the example of the statutory pension insurance
    ['Steuer-ID 86095742719', ['national-id: 86095742719']], // the example of the Federal Central Tax Office
    ['Dear Mr. Holzapfel', ['name: Holzapfel']],
    ['INC0012345 of 2026-03-01, 14:30, 1.299,00 EUR', []],
    ['version 10.2.1.4', []],
    ['EMAIL_q3xk7w2mzt4vdyab and NAME_q3xk7w2mzt4vdyab', []],
    ['', []],
  ])('%j', (text, expected) => expect(kindsIn(text)).toEqual(expected))

  it('takes the kinds that are asked for only', () => {
    expect(findPii('Anna Berg, anna@acme.example', { kinds: ['email'] }).map(({ kind }) => kind)).toEqual(['email'])
  })

  it('gives for any text findings in their order that do not overlap and lie within it', () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom('Anna Berg ', 'a@b.de ', '+49 30 1234567 ', '10.0.0.1', '4111111111111111', ' Herr ', '\n', 'srv-db01', '-', '.'))
    fc.assert(fc.property(fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')), (text) => {
      let at = 0
      for (const { start, end } of findPii(text)) {
        expect(start).toBeGreaterThanOrEqual(at)
        expect(end).toBeGreaterThan(start)
        expect(end).toBeLessThanOrEqual(text.length)
        at = end
      }
    }), { numRuns: 500 })
  })

  it('takes time in proportion to a text, also of one that would keep a backtracking matcher busy', () => {
    for (const unit of ['a', '1', '1 ', 'Aa ', '1.', 'a.', 'a@', '::', '- ', 'Anna ', '(1', 'a-']) expect(Array.isArray(findPii(unit.repeat(100_000 / unit.length)))).toBe(true)
  })
})
