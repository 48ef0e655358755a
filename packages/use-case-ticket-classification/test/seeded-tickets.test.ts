import { makeTickets } from '../src/index.js'

describe('makeTickets', () => {
  const tickets = makeTickets({ rows: 4_000, seed: 1 })

  it('gives the same tickets for the same seed and others for another', () => {
    expect(makeTickets({ rows: 50, seed: 3 })).toEqual(makeTickets({ rows: 50, seed: 3 }))
    expect(makeTickets({ rows: 50, seed: 4 })).not.toEqual(makeTickets({ rows: 50, seed: 3 }))
  })

  it('begins the same, however many are asked for', () => expect(makeTickets({ rows: 60, seed: 1 })).toEqual(tickets.slice(0, 60)))

  it('has eight categories, the most frequent one about seven times as frequent as the rarest', () => {
    const counts = new Map<string, number>()
    for (const { category } of tickets) counts.set(category, (counts.get(category) ?? 0) + 1)
    const sorted = [...counts.values()].sort((a, b) => b - a)
    expect(sorted).toHaveLength(8)
    expect(sorted[0]! / sorted[7]!).toBeGreaterThan(4)
    expect(sorted[0]! / sorted[7]!).toBeLessThan(10)
  })

  it('leaves no slot unfilled', () => {
    for (const { text } of tickets) expect(text).not.toMatch(/[{}]|undefined/)
  })

  it('hardly ever repeats itself', () => expect(new Set(tickets.map(({ text }) => text)).size).toBeGreaterThan(3_800))

  it('comes in the order of opening, with a number each', () => {
    tickets.slice(1).forEach((ticket, index) => expect(ticket.openedAt.getTime()).toBeGreaterThan(tickets[index]!.openedAt.getTime()))
    expect(new Set(tickets.map(({ ticketId }) => ticketId)).size).toBe(4_000)
  })
})
