// A bare node:http server that sends every body back; the port is its only argument.
import { createServer } from 'node:http'

createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    response.setHeader('content-type', 'application/json')
    response.end(Buffer.concat(chunks))
  })
}).listen(Number(process.argv[2]), '127.0.0.1')
