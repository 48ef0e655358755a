import type { Socket } from 'node:net'
import { STATUS_CODES } from 'node:http'
import { createProblem, problemMediaType } from '../rest/problem.js'

/** Answers what is no HTTP request at all, and closes the connection; the router never sees it. */
export function answerMalformedRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, detail] = statusOf(error.code)
  const body = JSON.stringify({ ...createProblem('REQUEST_INVALID', detail, 'none'), status })
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${problemMediaType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}

function statusOf(code: string | undefined): readonly [number, string] {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return [408, 'Expected the whole request in time, got a part of it.']
  if (code === 'HPE_HEADER_OVERFLOW') return [431, 'Expected request headers of at most 16 KiB together, got more.']
  return [400, 'Expected an HTTP/1.1 request, got something else.']
}
