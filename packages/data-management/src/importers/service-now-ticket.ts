import { idOf, instantOf, recordOf, type SystemRecord, textOf } from './field-of-record.js'
import type { TicketRecord, TicketStatus } from './ticket-record.js'

const statusOfState: Readonly<Record<string, TicketStatus>> = {
  '1': 'new', '2': 'open', '3': 'pending', '6': 'resolved', '7': 'closed', '8': 'cancelled',
  'new': 'new', 'in progress': 'open', 'active': 'open', 'on hold': 'pending', 'resolved': 'resolved', 'closed': 'closed', 'canceled': 'cancelled',
}

/**
 * A ticket of a record of ServiceNow's Table API (`/api/now/table/incident` and tables like it), with `sysparm_display_value` false, true or all. Its
 * times are UTC, so the display values of times, which are in the zone of the user who asks, are not used where both come.
 *
 * @throws DataLoadError `DATA_MALFORMED` without `sys_id`
 * @example
 * serviceNowTicket({ sys_id: 'a1', number: 'INC0010001', state: '2', priority: '3', opened_at: '2026-01-05 10:00:00' }).status // => 'open'
 */
export function serviceNowTicket(record: SystemRecord): TicketRecord {
  const values: SystemRecord = Object.fromEntries(Object.entries(record).map(([name, value]) => [name, valueOf(value)]))
  const shown = (name: string): string | null => textOf(recordOf(record[name])['display_value']) ?? textOf(values[name])
  const state = textOf(values['state'])
  return {
    system: 'servicenow', id: idOf(values, 'sys_id', 'ServiceNow'), number: textOf(values['number']) ?? idOf(values, 'sys_id', 'ServiceNow'), type: textOf(values['sys_class_name']),
    subject: textOf(values['short_description']), description: textOf(values['description']), status: statusOfState[(state ?? '').toLowerCase()] ?? null, system_status: shown('state'),
    priority: Number(/^[1-5]/.exec(textOf(values['priority']) ?? '')?.[0] ?? Number.NaN) || null, category: shown('category'), subcategory: shown('subcategory'),
    assignment_group: shown('assignment_group'), assignee: shown('assigned_to'), requester: shown('caller_id') ?? shown('opened_by'), organisation: shown('company'),
    channel: shown('contact_type'), tags: textOf(values['sys_tags']), opened_at: instantOf(values['opened_at']), updated_at: instantOf(values['sys_updated_on']),
    resolved_at: instantOf(values['resolved_at']), closed_at: instantOf(values['closed_at']),
  }
}

/** A plain value, or that of a reference, or of a value beside how it is displayed. */
function valueOf(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  const { value: plain, display_value: displayed } = value as SystemRecord
  return plain ?? displayed
}
