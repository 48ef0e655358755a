import { fromRecords } from '@motadata/core'
import { freshserviceTicket, jiraTicket, serviceNowTicket, ticketColumnKinds, type TicketRecord, zendeskTicket } from '../../src/index.js'

// In the shape of each system's public documentation of its API; the contents are made up.
const serviceNow = {
  plain: {
    sys_id: 'f12ca184735123002728660c4cf6a7ef', number: 'INC0010023', sys_class_name: 'incident', short_description: 'VPN drops', description: 'Every few minutes.', state: '3', priority: '2',
    category: 'network', subcategory: 'vpn', contact_type: 'phone', sys_tags: '', opened_at: '2026-01-05 09:30:00', sys_updated_on: '2026-01-05 10:00:00', resolved_at: '', closed_at: '',
    assignment_group: { link: 'https://instance.service-now.com/api/now/table/sys_user_group/8a4d', value: '8a4d' }, assigned_to: '', caller_id: { link: 'https://x', value: '77ad' },
    company: '', made_sla: 'true',
  },
  displayed: {
    sys_id: { display_value: 'a1', value: 'a1' }, number: { display_value: 'INC0010024', value: 'INC0010024' }, short_description: { display_value: 'Mail is slow', value: 'Mail is slow' },
    state: { display_value: 'Resolved', value: '6' }, priority: { display_value: '4 - Low', value: '4' }, category: { display_value: 'Email', value: 'email' },
    assignment_group: { display_value: 'Service Desk', link: 'https://x', value: '8a4d' }, opened_at: { display_value: '05.01.2026 11:00:00', value: '2026-01-05 10:00:00' },
    resolved_at: { display_value: '06.01.2026 11:00:00', value: '2026-01-06 10:00:00' },
  },
  namesOnly: { sys_id: 'a2', number: 'INC0010025', state: 'In Progress', priority: '1 - Critical', caller_id: 'Ada Example' },
}
const zendesk = {
  id: 35436, url: 'https://x.zendesk.com/api/v2/tickets/35436.json', subject: 'Help, my printer is on fire!', raw_subject: '{{dc.printer}}', description: 'It smokes.', type: 'incident', status: 'solved',
  priority: 'urgent', tags: ['enterprise', 'printer'], via: { channel: 'web', source: {} }, group_id: 98738, assignee_id: 235323, requester_id: 20978392, organization_id: null,
  created_at: '2026-01-05T09:30:00Z', updated_at: '2026-01-06T09:30:00Z', metric_set: { solved_at: '2026-01-06T09:00:00Z' }, custom_fields: [{ id: 27642, value: '745' }], generated_timestamp: 1767691800,
}
const freshservice = {
  id: 264, subject: 'Support needed', description: '<div>Details</div>', description_text: 'Details', status: 4, priority: 4, urgency: 1, impact: 1, type: 'Incident', category: 'Hardware', sub_category: 'Laptop',
  item_category: null, group_id: 12, responder_id: 5000, requester_id: 1000, department_id: null, source: 2, tags: [], spam: false, deleted: false, due_by: '2026-01-08T09:30:00Z',
  created_at: '2026-01-05T09:30:00Z', updated_at: '2026-01-06T09:30:00Z', stats: { resolved_at: '2026-01-06T09:00:00Z', closed_at: null },
}
const jiraRequest = {
  issueId: '107001', issueKey: 'HELPDESK-1', requestTypeId: '25', serviceDeskId: '10', createdDate: { iso8601: '2026-01-05T10:30:00+0100', epochMillis: 1767605400000, friendly: 'Today' },
  reporter: { accountId: 'qm:a713c8ea', emailAddress: 'x@example.com', displayName: 'A User' },
  requestFieldValues: [{ fieldId: 'summary', label: 'What do you need?', value: 'Request JSD help' }, { fieldId: 'description', label: 'Why?', value: 'Because' }],
  currentStatus: { status: 'Waiting for Support', statusCategory: 'INDETERMINATE', statusDate: { iso8601: '2026-01-05T10:40:00+0100' } },
}
const jiraIssue = {
  id: '10002', key: 'IT-24', fields: {
    summary: 'Laptop is hot', description: { type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Very ' }, { type: 'text', text: 'hot.', marks: [{ type: 'strong' }] }] }, { type: 'paragraph', content: [{ type: 'text', text: 'Since Monday.' }] }] },
    status: { name: 'Done', statusCategory: { key: 'done' } }, priority: { name: 'Highest' }, issuetype: { name: 'Incident' }, assignee: null, reporter: { accountId: '5b10' }, labels: ['hot'],
    components: [{ name: 'Hardware' }], project: { key: 'IT', name: 'IT Help' }, created: '2026-01-05T09:30:00.000+0000', updated: '2026-01-06T09:30:00.000+0000', resolutiondate: '2026-01-06T09:00:00.000+0000',
  },
}

const at = (iso: string): Date => new Date(iso)

describe('a record of', () => {
  it.each<[string, TicketRecord, Partial<TicketRecord>]>([
    ['ServiceNow with plain values', serviceNowTicket(serviceNow.plain), {
      system: 'servicenow', number: 'INC0010023', type: 'incident', subject: 'VPN drops', status: 'pending', system_status: '3', priority: 2, category: 'network', assignment_group: '8a4d', assignee: null,
      requester: '77ad', channel: 'phone', tags: null, opened_at: at('2026-01-05T09:30:00Z'), resolved_at: null,
    }],
    ['ServiceNow with display values beside them', serviceNowTicket(serviceNow.displayed), {
      id: 'a1', number: 'INC0010024', status: 'resolved', system_status: 'Resolved', priority: 4, category: 'Email', assignment_group: 'Service Desk', opened_at: at('2026-01-05T10:00:00Z'), resolved_at: at('2026-01-06T10:00:00Z'),
    }],
    ['ServiceNow with display values only', serviceNowTicket(serviceNow.namesOnly), { status: 'open', priority: 1, requester: 'Ada Example', opened_at: null }],
    ['Zendesk', zendeskTicket(zendesk), {
      system: 'zendesk', id: '35436', number: '35436', type: 'incident', subject: 'Help, my printer is on fire!', status: 'resolved', system_status: 'solved', priority: 1, assignment_group: '98738', organisation: null,
      channel: 'web', tags: 'enterprise,printer', opened_at: at('2026-01-05T09:30:00Z'), resolved_at: at('2026-01-06T09:00:00Z'), closed_at: null,
    }],
    ['Freshservice', freshserviceTicket(freshservice), {
      system: 'freshservice', number: 'INC-264', description: 'Details', status: 'resolved', system_status: 'Resolved', priority: 1, category: 'Hardware', subcategory: 'Laptop', channel: 'portal', tags: null,
      assignee: '5000', resolved_at: at('2026-01-06T09:00:00Z'), closed_at: null,
    }],
    ['Freshservice, deleted and of a state of their own', freshserviceTicket({ ...freshservice, status: 9, deleted: true, type: 'Service Request' }), { number: 'SR-264', status: 'deleted', system_status: '9' }],
    ['Jira Service Management, a request', jiraTicket(jiraRequest), {
      system: 'jira', id: '107001', number: 'HELPDESK-1', subject: 'Request JSD help', description: 'Because', status: 'open', system_status: 'Waiting for Support', requester: 'qm:a713c8ea',
      opened_at: at('2026-01-05T09:30:00Z'), updated_at: at('2026-01-05T09:40:00Z'), resolved_at: null,
    }],
    ['Jira Service Management, an issue', jiraTicket(jiraIssue), {
      number: 'IT-24', type: 'Incident', subject: 'Laptop is hot', description: 'Very hot.\nSince Monday.', status: 'resolved', priority: 1, category: 'Hardware', assignment_group: 'IT Help', assignee: null,
      requester: '5b10', tags: 'hot', opened_at: at('2026-01-05T09:30:00Z'), resolved_at: at('2026-01-06T09:00:00Z'),
    }],
  ])('%s becomes a ticket', (_, ticket, expected) => expect(ticket).toMatchObject(expected))
})

it('of all systems have the columns that are declared', () => {
  for (const ticket of [serviceNowTicket(serviceNow.plain), zendeskTicket(zendesk), freshserviceTicket(freshservice), jiraTicket(jiraRequest), jiraTicket(jiraIssue)]) {
    expect(Object.keys(ticket)).toEqual(Object.keys(ticketColumnKinds))
    expect(fromRecords([{ ...ticket }], ticketColumnKinds).rowCount).toBe(1)
  }
})

it.each([serviceNowTicket, zendeskTicket, freshserviceTicket, jiraTicket])('of another shape are refused', (toTicket) => {
  for (const record of [{}, { error: { message: 'No Record found' } }, { id: {}, sys_id: [], fields: 5 }]) {
    expect(() => toTicket(record)).toThrow(expect.objectContaining({ code: 'DATA_MALFORMED' }))
  }
})
