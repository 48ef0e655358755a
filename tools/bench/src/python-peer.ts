import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

export const peerFolder = resolve(import.meta.dirname, '..')
const python = join(peerFolder, '.venv/bin/python')

/**
 * A Python peer: one process that stays, so that its imports are not measured. It reads a JSON command a line and answers each with
 * a JSON line; `npm run bench:peers` installs what it needs.
 */
export class PythonPeer {
  private readonly waiting: { resolve: (answer: never) => void; reject: (error: Error) => void }[] = []
  private errors = ''

  private constructor(private readonly child: ChildProcessWithoutNullStreams) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const answer = JSON.parse(line) as { error?: string }
      const { resolve, reject } = this.waiting.shift()!
      if (answer.error === undefined) resolve(answer as never)
      else reject(new Error(answer.error))
    })
    child.stderr.on('data', (chunk: Buffer) => (this.errors = (this.errors + chunk.toString()).slice(-2000)))
    child.on('close', () => this.waiting.splice(0).forEach(({ reject }) => reject(new Error(`The Python peer ended: ${this.errors}`))))
  }

  /** Undefined when the peers are not installed. */
  static start(script: string): PythonPeer | undefined {
    if (!existsSync(python)) return undefined
    const environment = { ...process.env }
    // an override for old processors that would slow a current numpy down
    delete environment['OPENBLAS_CORETYPE']
    delete environment['OPENBLAS_L2_SIZE']
    return new PythonPeer(spawn(python, [join(import.meta.dirname, 'peers', script)], { env: environment }))
  }

  ask<Answer>(command: Readonly<Record<string, unknown>>): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      this.waiting.push({ resolve: resolve as never, reject })
      this.child.stdin.write(`${JSON.stringify(command)}\n`)
    })
  }

  stop(): void {
    this.child.stdin.end()
  }
}

export const peersMissing = 'the Python peers are not installed: npm run bench:peers'
