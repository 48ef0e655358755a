import { idOf, instantOf, recordOf, type SystemRecord, textOf } from './field-of-record.js'
import type { TicketRecord, TicketStatus } from './ticket-record.js'

const statuses: Readonly<Record<string, readonly [TicketStatus, string]>> = { 2: ['open', 'Open'], 3: ['pending', 'Pending'], 4: ['resolved', 'Resolved'], 5: ['closed', 'Closed'] }
/** Theirs go up, ours down: their 4 is urgent. */
const lowestPriority = 5
const channels: Readonly<Record<string, string>> = {
  1: 'email', 2: 'portal', 3: 'phone', 4: 'chat', 5: 'feedback widget', 6: 'yammer', 7: 'aws cloudwatch', 8: 'pagerduty', 9: 'walkup', 10: 'slack',
}

/**
 * A ticket of a record of Freshservice (`/api/v2/tickets`, records at `tickets`; page with `{ kind: 'link' }`). With `include=stats` the times of its
 * solution are known. States that an account has made itself keep their number as `system_status`, and have no `status`.
 *
 * @throws DataLoadError `DATA_MALFORMED` without `id`
 * @example
 * freshserviceTicket({ id: 12, type: 'Incident', status: 4, priority: 4 }).priority // => 1
 */
export function freshserviceTicket(record: SystemRecord): TicketRecord {
  const id = idOf(record, 'id', 'Freshservice')
  const type = textOf(record['type'])
  const status = textOf(record['status']) ?? ''
  const known = statuses[status]
  const priority = Number(record['priority'])
  const stats = recordOf(record['stats'])
  const tags = Array.isArray(record['tags']) ? record['tags'].map(textOf).filter((tag) => tag !== null).join(',') : ''
  return {
    system: 'freshservice', id, number: `${type === 'Service Request' ? 'SR' : 'INC'}-${id}`, type, subject: textOf(record['subject']),
    description: textOf(record['description_text']) ?? textOf(record['description']), status: record['deleted'] === true ? 'deleted' : (known?.[0] ?? null),
    system_status: known?.[1] ?? textOf(record['status']), priority: priority >= 1 && priority <= 4 ? lowestPriority - priority : null, category: textOf(record['category']),
    subcategory: textOf(record['sub_category']), assignment_group: textOf(record['group_id']), assignee: textOf(record['responder_id']), requester: textOf(record['requester_id']),
    organisation: textOf(record['department_id']), channel: channels[textOf(record['source']) ?? ''] ?? textOf(record['source']), tags: tags === '' ? null : tags,
    opened_at: instantOf(record['created_at']), updated_at: instantOf(record['updated_at']), resolved_at: instantOf(stats['resolved_at']), closed_at: instantOf(stats['closed_at']),
  }
}
