import { AccessError } from '@motadata/core'
import type { Command } from './run-commands.js'
import { withAccess } from './with-access.js'

type Run = Command['run']

/** Shows the events of a tenant, newest first. */
export const listEvents: Run = async ({ tenant }, surroundings) => {
  await withAccess(tenant!, surroundings, async (access, context) => {
    let pageToken: string | undefined
    do {
      const page = await access.auditTrail.list(context, { limit: 200, ...(pageToken === undefined ? {} : { pageToken }) })
      for (const { number, occurredAt, action, actor, subject, details } of page.events) {
        surroundings.print(`${number}  ${occurredAt.toISOString()}  ${action}  ${subject}  by ${actor.kind} ${actor.id}  ${JSON.stringify(details)}`)
      }
      pageToken = page.nextPageToken
    } while (pageToken !== undefined)
  })
}

/** Looks through all events of a tenant; fails when one was changed or is missing. */
export const verifyEvents: Run = async ({ tenant, hash }, surroundings) => {
  await withAccess(tenant!, surroundings, async (access, context) => {
    const { isWhole, eventCount, hash: last, brokenAt } = await access.auditTrail.verify(context, hash)
    if (isWhole) {
      surroundings.print(`${eventCount} events follow each other, the last with the hash ${last === '' ? 'of nothing' : last}. Keep it: with --hash it proves later that none of them was changed.`)
      return
    }
    throw new AccessError('AUDIT_TRAIL_BROKEN', `Expected event ${brokenAt} as it was written, or the hash that was noted, got another or none; the ${eventCount} before it are whole. Somebody changed the database: compare it with a backup.`)
  })
}
