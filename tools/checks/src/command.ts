import { spawn } from 'node:child_process'

export interface CommandResult {
  readonly code: number
  /** What it printed, both streams in order. */
  readonly output: string
}

/** Runs a program to its end and gives what it printed; never throws for a program that fails. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv; readonly timeoutMs?: number; readonly input?: string },
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: options.cwd, env: { ...process.env, ...options.env }, timeout: options.timeoutMs ?? 300_000 })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', (error) => resolve({ code: 127, output: error.message }))
    child.on('close', (code, signal) => resolve({ code: code ?? 1, output: signal ? `${output}\n(ended by ${signal})` : output }))
    child.stdin.on('error', () => undefined) // a program may end before it has read its input
    child.stdin.end(options.input ?? '')
  })
}

/** The same, for a program that must succeed. */
export async function mustRun(...call: Parameters<typeof runCommand>): Promise<string> {
  const { code, output } = await runCommand(...call)
  if (code !== 0) throw new Error(`${call[0]} ${call[1].join(' ')} ended with ${code}:\n${output.slice(-4000)}`)
  return output
}
