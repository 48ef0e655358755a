import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../workspace.js'

const kernels = join(root, 'packages/learn/src/kernels')
const options = [
  '-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536',
  '--enable', 'simd', '--enable', 'threads',
]

/** A module of kernels, as it stands beside its sources. */
export interface CompiledKernel {
  readonly name: string
  /** From the root. */
  readonly file: string
  /** TypeScript with the module in base64. */
  readonly text: string
}

/** Compiles every folder of `packages/learn/src/kernels/assembly`; its entry is `index.ts`. */
export async function compileKernels(): Promise<CompiledKernel[]> {
  const names = readdirSync(join(kernels, 'assembly'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name)
  return Promise.all(names.sort().map(async (name) => {
    const file = `packages/learn/src/kernels/compiled/${name}.ts`
    const lines = Buffer.from(await compile(name)).toString('base64').match(/.{1,140}/g)!
    return {
      name, file,
      text: `/** The module of \`../assembly/${name}\`, compiled by \`npm run kernels\`; do not edit. */\nexport const ${camelCase(name)}Module =\n${lines.map((line) => `  '${line}'`).join(' +\n')}\n`,
    }
  }))
}

/** Writes what {@link compileKernels} gives. */
export async function renewKernels(): Promise<string> {
  const compiled = await compileKernels()
  for (const { file, text } of compiled) writeFileSync(join(root, file), text)
  return `${compiled.length} modules of kernels compiled: ${compiled.map(({ name }) => name).join(', ')}`
}

/** Proves that the compiled modules are those of the sources. */
export async function checkKernels(): Promise<string> {
  const compiled = await compileKernels()
  const stale = compiled.filter(({ file, text }) => readFileSync(join(root, file), 'utf8') !== text)
  if (stale.length > 0) throw new Error(`${stale.map(({ file }) => file).join(', ')} is not what its sources give; npm run kernels renews it`)
  return `${compiled.length} compiled modules are what their sources give`
}

/** Imported without its types, which redefine `console` and other globals for all of this package. */
interface Compiler {
  main(
    options: readonly string[], io: { writeFile(file: string, contents: string | Uint8Array): void },
  ): Promise<{ readonly error: Error | null; readonly stderr: { toString(): string } }>
}

async function compile(name: string): Promise<Uint8Array> {
  const compiler = 'assemblyscript/asc'
  const { default: asc } = (await import(compiler)) as { default: Compiler }
  let binary: Uint8Array | undefined
  const { error, stderr } = await asc.main([join('assembly', name, 'index.ts'), '--baseDir', kernels, '--outFile', 'module.wasm', ...options], {
    writeFile: (file, contents) => {
      if (file === 'module.wasm') binary = contents as Uint8Array
    },
  })
  if (error || !binary) throw new Error(`${name} does not compile: ${error?.message ?? ''}\n${stderr.toString()}`)
  return binary
}

const camelCase = (name: string): string => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
