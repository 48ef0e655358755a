import { idOf, instantOf, recordOf, type SystemRecord, textOf } from './field-of-record.js'
import type { TicketRecord, TicketStatus } from './ticket-record.js'

const statusOfCategory: Readonly<Record<string, TicketStatus>> = { new: 'new', undefined: 'new', indeterminate: 'open', done: 'resolved' }
const priorities: Readonly<Record<string, number>> = { highest: 1, critical: 1, high: 2, medium: 3, low: 4, lowest: 5 }

/**
 * A ticket of a record of Jira Service Management: a request of `/rest/servicedeskapi/request` (records at `values`; page with
 * `{ kind: 'link', at: '_links.next', endAt: 'isLastPage' }`), or an issue of `/rest/api/3/search/jql` (records at `issues`; page with
 * `{ kind: 'cursor', parameter: 'nextPageToken', at: 'nextPageToken', endAt: 'isLast' }`).
 *
 * @throws DataLoadError `DATA_MALFORMED` without `issueId` or `id`
 * @example
 * jiraTicket({ id: '10001', key: 'IT-1', fields: { summary: 'VPN is down', priority: { name: 'High' } } }).priority // => 2
 */
export function jiraTicket(record: SystemRecord): TicketRecord {
  return record['fields'] === undefined ? ofRequest(record) : ofIssue(record)
}

function ofRequest(record: SystemRecord): TicketRecord {
  const id = idOf(record, 'issueId', 'Jira Service Management')
  const fields = Array.isArray(record['requestFieldValues']) ? record['requestFieldValues'].map(recordOf) : []
  const field = (name: string): unknown => fields.find(({ fieldId }) => fieldId === name)?.['value']
  const { status, statusCategory, statusDate } = recordOf(record['currentStatus'])
  const known = statusOfCategory[String(statusCategory).toLowerCase()] ?? null
  const changedAt = instantOf(recordOf(statusDate)['iso8601'])
  return {
    system: 'jira', id, number: textOf(record['issueKey']) ?? id, type: textOf(recordOf(record['requestType'])['name']) ?? textOf(record['requestTypeId']), subject: textOf(field('summary')),
    description: documentText(field('description')), status: known, system_status: textOf(status), priority: priorityOf(field('priority')), category: namesOf(field('components')), subcategory: null,
    assignment_group: textOf(record['serviceDeskId']), assignee: null, requester: personOf(record['reporter']), organisation: null, channel: null, tags: null,
    opened_at: instantOf(recordOf(record['createdDate'])['iso8601']), updated_at: changedAt, resolved_at: known === 'resolved' ? changedAt : null, closed_at: null,
  }
}

function ofIssue(record: SystemRecord): TicketRecord {
  const id = idOf(record, 'id', 'Jira')
  const fields = recordOf(record['fields'])
  const status = recordOf(fields['status'])
  const labels = Array.isArray(fields['labels']) ? fields['labels'].map(textOf).filter((label) => label !== null).join(',') : ''
  return {
    system: 'jira', id, number: textOf(record['key']) ?? id, type: nameOf(fields['issuetype']), subject: textOf(fields['summary']), description: documentText(fields['description']),
    status: statusOfCategory[String(recordOf(status['statusCategory'])['key']).toLowerCase()] ?? null, system_status: textOf(status['name']), priority: priorityOf(fields['priority']),
    category: namesOf(fields['components']), subcategory: null, assignment_group: nameOf(fields['project']), assignee: personOf(fields['assignee']), requester: personOf(fields['reporter']),
    organisation: null, channel: null, tags: labels === '' ? null : labels, opened_at: instantOf(fields['created']), updated_at: instantOf(fields['updated']),
    resolved_at: instantOf(fields['resolutiondate']), closed_at: null,
  }
}

const nameOf = (value: unknown): string | null => textOf(recordOf(value)['name'])
const personOf = (value: unknown): string | null => textOf(recordOf(value)['accountId']) ?? textOf(recordOf(value)['name'])
const priorityOf = (value: unknown): number | null => priorities[(nameOf(value) ?? textOf(value) ?? '').toLowerCase()] ?? null

function namesOf(value: unknown): string | null {
  const names = Array.isArray(value) ? value.map(nameOf).filter((name) => name !== null) : []
  return names.length > 0 ? names.join(',') : null
}

/** The words of a text, or of a document as Atlassian writes it (nodes with `content`, leaves with `text`). */
function documentText(value: unknown): string | null {
  if (typeof value === 'string') return textOf(value)
  const lines: string[] = []
  const walk = (node: unknown, depth: number): string => {
    const { text, type, content } = recordOf(node)
    if (typeof text === 'string') return text
    if (type === 'hardBreak') return '\n'
    const inner = Array.isArray(content) && depth < 50 ? content.map((child) => walk(child, depth + 1)).join('') : ''
    if (['paragraph', 'heading', 'codeBlock'].includes(String(type))) lines.push(inner)
    return ['paragraph', 'heading', 'codeBlock'].includes(String(type)) ? '' : inner
  }
  const loose = walk(value, 0)
  return textOf([...lines, ...(loose === '' ? [] : [loose])].join('\n'))
}
