import { defineUseCase } from '@motadata/use-cases'
import { definition } from './definition.js'
import { TicketClassification } from './ticket-classification.js'

export { makeTickets, type SeededTicket, type SeededTicketOptions } from './seeded-tickets.js'
export { TicketClassification }

/** What `ML_USE_CASES` loads by the name `ticket-classification`. */
export default defineUseCase(definition, (collaborators) => new TicketClassification(collaborators))
