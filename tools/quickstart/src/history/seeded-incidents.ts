import { createRandom } from '@motadata/core'

const hourMs = 3_600_000
const firstOpenedMs = Date.UTC(2026, 0, 5)
const weekMs = 7 * 24 * hourMs
const callerCount = 300
const groupCount = 25
const header = 'number,opened_at,caller_id,first_assignment_group,priority,category,made_sla,resolution_hours,close_hours'

/**
 * Incidents as ServiceNow exports them, in the order they were opened; all of them are made up. Groups have good and bad weeks, and some
 * callers ask for what takes long: neither stands in the ticket, both show in what was solved before.
 *
 * @returns CSV
 */
export function makeIncidentsCsv({ rows, seed }: { readonly rows: number; readonly seed: number }): string {
  const random = createRandom(`incidents/${seed}`)
  const normal = (): number => Array.from({ length: 6 }, () => random.next()).reduce((sum, value) => sum + value, -3)
  const difficulty = Array.from({ length: callerCount }, () => normal() * 0.8)
  const strength = Array.from({ length: groupCount }, () => normal() * 0.8)
  const lines = [header]
  let openedMs = firstOpenedMs
  let week = 0
  for (let row = 0; row < rows; row++) {
    openedMs += Math.ceil(-Math.log(1 - random.next()) * 20 * 60_000)
    for (; firstOpenedMs + (week + 1) * weekMs < openedMs; week++) strength.forEach((value, group) => (strength[group] = 0.8 * value + normal() * 0.9))
    const [caller, group, priority] = [Math.floor(callerCount * random.next() ** 2), random.below(groupCount), 2 + random.below(3)]
    const hours = Math.exp(2.2 + difficulty[caller]! - 0.9 * strength[group]! + normal() * 0.7)
    const isResolved = random.next() > 0.07
    const madeSla = hours < [4, 10, 40][priority - 2]!
    lines.push([
      `INC${String(row + 1).padStart(7, '0')}`, new Date(openedMs).toISOString().slice(0, 19), `Caller ${caller}`, `Group ${group}`, `${priority} - ${['High', 'Moderate', 'Low'][priority - 2]!}`,
      `Category ${random.below(12)}`, String(madeSla), isResolved ? hours.toFixed(3) : '', (hours + 24 + 24 * random.next()).toFixed(3),
    ].join(','))
  }
  return `${lines.join('\n')}\n`
}
