import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mustRun, runCommand } from './command.js'
import { root } from './workspace.js'

const forbidden = [
  ['packages/core/src/probe.ts', '@motadata/learn'],
  ['packages/learn/src/probe.ts', '@motadata/adapters'],
  ['packages/ml-framework/src/probe.ts', '@motadata/model-serving'],
  ['packages/model-serving/src/probe.ts', '@motadata/learn'],
  ['packages/access/src/probe.ts', '@motadata/ml-framework'],
  ['packages/use-case-ticket-classification/src/probe.ts', '@motadata/adapters'],
  ['apps/worker/src/probe.ts', '@motadata/server'],
  ['apps/server/src/probe.ts', '@motadata/testing'],
] as const

const allowed = [
  ['packages/learn/src/probe.ts', '@motadata/core'],
  ['packages/ml-framework/test/probe.ts', '@motadata/adapters'],
  ['apps/server/src/probe.ts', '@motadata/worker'],
] as const

/** Proves that the arrows of the architecture hold: lint refuses imports against them, and only those. */
export async function checkBoundaries(): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), 'motadata-graph-'))
  try {
    // the rule reads the graph that this leaves in Nx's cache, and is silent without one
    await mustRun('npx', ['nx', 'graph', `--file=${join(scratch, 'graph.json')}`], { cwd: root, env: { NX_DAEMON: 'false' } })
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  for (const [file, target] of forbidden) {
    if (!(await isRefused(file, target))) throw new Error(`Expected lint to refuse an import of ${target} in ${file}, and it did not.`)
  }
  for (const [file, target] of allowed) {
    if (await isRefused(file, target)) throw new Error(`Expected lint to let ${file} import ${target}, and it refused.`)
  }
  return `${forbidden.length} forbidden imports refused, ${allowed.length} allowed ones not`
}

async function isRefused(file: string, target: string): Promise<boolean> {
  const { output } = await runCommand('npx', ['eslint', '--stdin', '--stdin-filename', file, '--format', 'json'], {
    cwd: root,
    input: `import * as other from '${target}'\nexport const probe = other\n`,
  })
  const start = output.indexOf('[{')
  if (start < 0) throw new Error(`eslint gave no report for ${file}:\n${output.slice(-2000)}`)
  const [report] = JSON.parse(output.slice(start, output.lastIndexOf(']') + 1)) as { messages: { ruleId: string }[] }[]
  return report!.messages.some((message) => message.ruleId === '@nx/enforce-module-boundaries')
}
