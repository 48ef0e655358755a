import type { ColumnKinds } from '@motadata/core'

/** What a ticket's state comes to, whatever its system calls it. */
export type TicketStatus = 'new' | 'open' | 'pending' | 'resolved' | 'closed' | 'cancelled' | 'deleted'

/** A ticket of any system, in the columns that all of them have. What a system does not say is null. */
export interface TicketRecord {
  readonly system: 'servicenow' | 'zendesk' | 'freshservice' | 'jira'
  /** The system's own id: what its API finds it by. */
  readonly id: string
  /** What people call it. */
  readonly number: string
  readonly type: string | null
  readonly subject: string | null
  readonly description: string | null
  readonly status: TicketStatus | null
  /** As the system says it. */
  readonly system_status: string | null
  /** 1 is the highest. */
  readonly priority: number | null
  readonly category: string | null
  readonly subcategory: string | null
  readonly assignment_group: string | null
  readonly assignee: string | null
  readonly requester: string | null
  readonly organisation: string | null
  readonly channel: string | null
  /** In their order, divided by commas. */
  readonly tags: string | null
  readonly opened_at: Date | null
  readonly updated_at: Date | null
  readonly resolved_at: Date | null
  readonly closed_at: Date | null
}

/** The kinds of a ticket's columns, to declare where tickets are taken in, so that a first batch without a value says nothing wrong of a column. */
export const ticketColumnKinds: ColumnKinds = {
  system: 'category', id: 'text', number: 'text', type: 'category', subject: 'text', description: 'text', status: 'category', system_status: 'category', priority: 'number',
  category: 'category', subcategory: 'category', assignment_group: 'category', assignee: 'category', requester: 'category', organisation: 'category', channel: 'category',
  tags: 'text', opened_at: 'instant', updated_at: 'instant', resolved_at: 'instant', closed_at: 'instant',
}
