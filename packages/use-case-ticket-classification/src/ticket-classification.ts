import { BaseMLModel, type UseCaseCollaborators } from '@motadata/use-cases'
import { definition } from './definition.js'

/**
 * Which category a ticket belongs to. Learns from the ticket's text and, where the rows have them, its impact and channel.
 *
 * @example
 * const tickets = new TicketClassification({ system: await MLSystem.open(platform) })
 * await tickets.train(context, makeTickets({ rows: 1_000 }))
 */
export class TicketClassification extends BaseMLModel {
  constructor(collaborators: UseCaseCollaborators) {
    super(definition, collaborators)
  }
}
