import { idOf, instantOf, recordOf, type SystemRecord, textOf } from './field-of-record.js'
import type { TicketRecord, TicketStatus } from './ticket-record.js'

const statuses: Readonly<Record<string, TicketStatus>> = { new: 'new', open: 'open', pending: 'pending', hold: 'pending', solved: 'resolved', closed: 'closed', deleted: 'deleted' }
const priorities: Readonly<Record<string, number>> = { urgent: 1, high: 2, normal: 3, low: 4 }

/**
 * A ticket of a record of Zendesk's incremental export (`/api/v2/incremental/tickets/cursor.json`, records at `tickets`; page with
 * `{ kind: 'cursor', parameter: 'cursor', at: 'after_cursor', endAt: 'end_of_stream' }`). A later record of a ticket replaces an earlier one; with
 * `include=metric_sets` merged in as `metric_set`, the time of its solution is known.
 *
 * @throws DataLoadError `DATA_MALFORMED` without `id`
 * @example
 * zendeskTicket({ id: 35436, subject: 'Help', status: 'hold', priority: 'high' }).status // => 'pending'
 */
export function zendeskTicket(record: SystemRecord): TicketRecord {
  const id = idOf(record, 'id', 'Zendesk')
  const status = textOf(record['status'])
  const tags = Array.isArray(record['tags']) ? record['tags'].map(textOf).filter((tag) => tag !== null).join(',') : null
  return {
    system: 'zendesk', id, number: id, type: textOf(record['type']), subject: textOf(record['subject']) ?? textOf(record['raw_subject']), description: textOf(record['description']),
    status: statuses[status ?? ''] ?? null, system_status: status, priority: priorities[textOf(record['priority']) ?? ''] ?? null, category: textOf(record['ticket_form_id']), subcategory: null,
    assignment_group: textOf(record['group_id']), assignee: textOf(record['assignee_id']), requester: textOf(record['requester_id']), organisation: textOf(record['organization_id']),
    channel: textOf(recordOf(record['via'])['channel']), tags: tags === '' ? null : tags, opened_at: instantOf(record['created_at']), updated_at: instantOf(record['updated_at']),
    resolved_at: instantOf(recordOf(record['metric_set'])['solved_at']), closed_at: status === 'closed' ? instantOf(record['updated_at']) : null,
  }
}
