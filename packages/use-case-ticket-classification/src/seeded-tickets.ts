import { createRandom, type Random } from '@motadata/core'
import { categories, closings, fillers, greetings, slots } from './ticket-phrases.js'

/** A generated ticket; all of it is made up. A type, not an interface, so that a list of them is rows of a dataset as it stands. */
export type SeededTicket = {
  readonly ticketId: string
  readonly openedAt: Date
  /** Subject and body. */
  readonly text: string
  /** 1 (many people) to 3 (one person). */
  readonly impact: number
  readonly channel: string
  /** What it is about, as an agent filed it: now and then filed wrongly, as in real life. */
  readonly category: string
}

export interface SeededTicketOptions {
  /** Default 4,000. */
  readonly rows?: number
  /** Default 1; the same seed gives the same tickets. */
  readonly seed?: number
}

/** Shares of tickets, chosen so that a good classifier is right about nine times in ten, as on real tickets, and not always. */
const filedWronglyShare = 0.05
const borrowedShare = 0.16
const vagueShare = 0.05
const typoShare = 0.03

const firstOpenedMs = Date.UTC(2026, 0, 5, 7)
const channels = ['portal', 'email', 'phone', 'chat']

/**
 * Tickets of an IT service desk made from templates: eight categories of very different frequency, mixed with small talk, typos,
 * tickets that touch two subjects, vague ones, and some that were filed wrongly. No real data is in them.
 *
 * @returns In the order they were opened.
 * @example
 * makeTickets({ rows: 2, seed: 1 }).length // => 2
 */
export function makeTickets({ rows = 4_000, seed = 1 }: SeededTicketOptions = {}): SeededTicket[] {
  const random = createRandom(`tickets/${seed}`)
  let openedMs = firstOpenedMs
  return Array.from({ length: rows }, (_, row) => {
    openedMs += Math.ceil(-Math.log(1 - random.next()) * 20 * 60_000)
    const subject = drawCategory(random)
    return {
      ticketId: `INC${String(row + 1).padStart(7, '0')}`,
      openedAt: new Date(openedMs),
      text: writeText(random, subject),
      impact: subject === 'Network' || random.next() < 0.1 ? 1 + random.below(2) : 2 + random.below(2),
      channel: random.pick(channels),
      category: random.next() < filedWronglyShare ? drawCategory(random) : subject,
    }
  })
}

const totalWeight = [...categories.values()].reduce((sum, { weight }) => sum + weight, 0)

function drawCategory(random: Random): string {
  let left = random.next() * totalWeight
  for (const [name, { weight }] of categories) {
    left -= weight
    if (left < 0) return name
  }
  return 'Hardware'
}

function writeText(random: Random, category: string): string {
  const phrases = categories.get(category)!
  const isVague = random.next() < vagueShare
  const sentences = isVague
    ? [random.pick(fillers), random.pick(fillers)]
    : [random.pick(phrases.problems), ...(random.next() < 0.7 ? [random.pick(phrases.details)] : [])]
  if (random.next() < borrowedShare) {
    const other = categories.get(drawCategory(random))!
    sentences.splice(random.below(2), 0, random.pick(random.next() < 0.5 ? other.problems : other.details))
  }
  if (random.next() < 0.5) sentences.push(random.pick(fillers))
  const subject = isVague ? random.pick(['problem', 'question', 'help needed', 'urgent']) : random.pick(phrases.subjects)
  const body = [random.pick(greetings), ...sentences, random.pick(closings)].filter((part) => part !== '').join(', ')
  return misspell(random, fill(random, `${subject}: ${body}`))
}

function fill(random: Random, template: string): string {
  return template.replace(/\{(\w+)\}/g, (_, slot: string) => {
    switch (slot) {
      case 'asset': return String(10_000 + random.below(90_000))
      case 'host': return `${random.pick(['srv', 'prn', 'sw', 'app', 'fs'])}-${random.pick(['lon', 'ber', 'pun', 'nyc'])}-${String(random.below(40)).padStart(2, '0')}`
      case 'address': return `10.${random.below(256)}.${random.below(256)}.${1 + random.below(254)}`
      case 'account': return `${random.pick(slots['person']!).toLowerCase()}.${random.pick(['k', 'm', 'r', 's', 'w'])}`
      case 'error': return `error ${random.pick(['0x', 'E', 'ERR-', ''])}${100 + random.below(900)}`
      default: return random.pick(slots[slot]!)
    }
  })
}

/** Swaps two neighbouring letters inside some of the words. */
function misspell(random: Random, text: string): string {
  return text.replace(/\p{L}{4,}/gu, (word) => {
    if (random.next() >= typoShare) return word
    const at = 1 + random.below(word.length - 2)
    return word.slice(0, at) + word[at + 1]! + word[at]! + word.slice(at + 2)
  })
}
