export { makeTickets, type SeededTicket, type SeededTicketOptions } from './seeded-tickets.js'
