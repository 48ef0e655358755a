import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mustRun } from './command.js'
import { root, workspacePackages } from './workspace.js'

export interface ReadmeBlock {
  readonly readme: string
  /** Of the block's first line in its README. */
  readonly line: number
  readonly code: string
}

/** Compiles and runs every TypeScript block of every README; `expression // => value` is an assertion. */
export async function checkReadmeBlocks(): Promise<string> {
  const readmes = ['README.md', ...workspacePackages().map(({ folder }) => `${folder}/README.md`)].filter((path) => existsSync(join(root, path)))
  const blocks = readmes.flatMap(readmeBlocks)
  if (blocks.length === 0) throw new Error('Expected READMEs with TypeScript blocks, found none.')

  const folder = join(root, 'tools/checks/out-tsc/readme-blocks')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const files = blocks.map((block, index) => {
    const file = join(folder, `block-${index}.ts`)
    writeFileSync(file, withAssertions(block))
    return file
  })
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({
    extends: '../../../../tsconfig.base.json',
    compilerOptions: { composite: false, noEmit: true, declarationMap: false, emitDeclarationOnly: false, noUnusedLocals: false, noUncheckedIndexedAccess: false },
    files,
    // what packages declare of modules without types of their own
    include: ['../../../../packages/*/src/**/*.d.ts'],
  }))
  await mustRun('npx', ['tsc', '-p', folder], { cwd: root })

  for (const [index, file] of files.entries()) {
    const { readme, line } = blocks[index]!
    const cwd = mkdtempSync(join(tmpdir(), 'motadata-readme-'))
    try {
      await mustRun('node', ['--conditions=@motadata/source', '--import', import.meta.resolve('tsx'), file], { cwd, timeoutMs: 120_000 })
    } catch (error) {
      throw new Error(`${readme}:${line}: ${(error as Error).message}`)
    } finally {
      rmSync(cwd, { recursive: true, force: true })
    }
  }
  rmSync(folder, { recursive: true, force: true })
  return `${blocks.length} blocks of ${readmes.length} READMEs compiled and ran`
}

/** The TypeScript blocks of a README, given from the root. */
export function readmeBlocks(readme: string): ReadmeBlock[] {
  const blocks: ReadmeBlock[] = []
  const lines = readFileSync(join(root, readme), 'utf8').split('\n')
  let start = -1
  lines.forEach((text, index) => {
    if (start < 0 && text === '```ts') start = index + 1
    else if (start >= 0 && text === '```') {
      blocks.push({ readme, line: start + 1, code: lines.slice(start, index).join('\n') })
      start = -1
    }
  })
  return blocks
}

/** `a.b() // => 3` becomes an assertion that a.b() deeply equals 3. */
export function withAssertions({ readme, line, code }: ReadmeBlock): string {
  const body = code.split('\n').map((text, index) => {
    const match = /^(?!\s*(?:\/\/|const |let |import |export ))(.*\S)\s*\/\/ => (.+)$/.exec(text)
    if (!match) return text
    const [, expression, expected] = match
    return `assert.deepStrictEqual(${expression}, ${expected}, ${JSON.stringify(`${readme}:${line + index}`)})`
  })
  return ["import assert from 'node:assert/strict'", 'void assert', ...body, 'export {}', ''].join('\n')
}
