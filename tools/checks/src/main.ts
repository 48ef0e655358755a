/** Loaded when asked for: one that needs a package which does not compile must not silence the others. */
const checks: ReadonlyMap<string, () => Promise<string>> = new Map([
  ['boundaries', async () => (await import('./boundaries.js')).checkBoundaries()],
  ['readme', async () => (await import('./readme-blocks.js')).checkReadmeBlocks()],
  ['kernels', async () => (await import('./kernels/compile-kernels.js')).checkKernels()],
  ['pack', async () => (await import('./pack.js')).checkPack()],
  ['deployment', async () => (await import('./deployment.js')).checkDeployment()],
  ['api', async () => (await import('./api/check-api.js')).checkApi()],
  ['release', async () => (await import('./release/release-proof.js')).checkRelease()],
  ['publish', async () => (await import('./release/publish-proof.js')).checkPublish()],
  ['previous-releases', async () => (await import('./release/previous-releases.js')).checkPreviousReleases()],
  ['artifact-format', async () => (await import('./artifact-format.js')).checkArtifactFormat()],
])

const help = `Checks of the repository as a whole.

  npm run check                  all of them
  npm run check -- NAME...       some of: ${[...checks.keys()].join(', ')}

pack, api and publish need a build (npm run build); artifact-format and deployment need Python.`

const names = process.argv.slice(2)
if (names.includes('--help')) {
  console.log(help)
  process.exit(0)
}
const unknown = names.filter((name) => !checks.has(name))
if (unknown.length > 0) {
  console.error(`No such check: ${unknown.join(', ')}.\n\n${help}`)
  process.exit(2)
}

let failed = 0
for (const name of names.length > 0 ? names : checks.keys()) {
  try {
    console.log(`${name}: ${await checks.get(name)!()}`)
  } catch (error) {
    failed++
    console.error(`${name} FAILED: ${(error as Error).message}`)
  }
}
process.exitCode = failed > 0 ? 1 : 0

export {}
