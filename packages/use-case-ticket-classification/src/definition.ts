import type { UseCaseDefinition } from '@motadata/use-cases'

/** What the use case is: the category of a ticket from what its sender wrote. */
export const definition: UseCaseDefinition = {
  name: 'ticket-classification',
  title: 'Ticket classification',
  description: 'Which category a ticket belongs to, from what its sender wrote',
  modelType: 'classification',
  target: 'category',
  columns: [
    { name: 'text', kind: 'text', required: true, description: 'Subject and body, as the sender wrote them' },
    { name: 'impact', kind: 'number', required: false, description: 'How many people it concerns, 1 being the most' },
    { name: 'channel', kind: 'category', required: false, description: 'How it came in, such as email or phone' },
    { name: 'category', kind: 'category', required: true, description: 'What it is about, as agents file it' },
  ],
  minimumRows: 100,
}
