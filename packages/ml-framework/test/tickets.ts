import { createRandom } from '@motadata/core'

export interface Ticket {
  readonly number: string
  readonly text: string
  readonly impact: number | null
  readonly site: string | null
  readonly vip: boolean
  readonly opened: string
  readonly category: string
}

const words: Readonly<Record<string, readonly string[]>> = {
  network: ['vpn', 'wifi', 'router', 'connection', 'dns', 'firewall', 'latency', 'switch'],
  printer: ['paper', 'toner', 'tray', 'print', 'jam', 'scanner', 'cartridge', 'duplex'],
  access: ['password', 'login', 'account', 'permission', 'reset', 'badge', 'locked', 'role'],
}
const filler = ['the', 'is', 'down', 'again', 'since', 'morning', 'please', 'help', 'office', 'user', 'cannot', 'laptop']

/** Made-up tickets of three categories, told apart by their words, a little by site; the same for the same seed. */
export function makeTickets(count: number, seed = 1): Ticket[] {
  const random = createRandom(seed)
  const categories = Object.keys(words)
  return Array.from({ length: count }, (_, row) => {
    const category = random.pick(categories)
    const own = random.next() < 0.9 ? category : random.pick(categories)
    const text = Array.from({ length: 6 + random.below(6) }, () => random.pick(random.next() < 0.35 ? words[own]! : filler)).join(' ')
    return {
      number: `INC${1000 + row}`,
      text,
      impact: random.next() < 0.1 ? null : 1 + random.below(3),
      site: random.next() < 0.1 ? null : random.pick(category === 'printer' ? ['Berlin', 'Oslo'] : ['Oslo', 'Pune']),
      vip: random.next() < 0.2,
      opened: new Date(Date.UTC(2026, 0, 1) + random.below(90 * 24) * 3_600_000).toISOString(),
      category,
    }
  })
}
