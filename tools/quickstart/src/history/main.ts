import { isMLError } from '@motadata/core'
import { help, readCommandLine } from './command-line.js'

try {
  const options = readCommandLine(process.argv.slice(2))
  if (options === undefined) {
    console.log(help)
  } else {
    const { runHistory } = await import('./run-history.js')
    const result = await runHistory(options, options.json ? process.stderr : process.stdout)
    if (options.json) console.log(JSON.stringify(result))
  }
} catch (error) {
  if (!isMLError(error)) throw error
  console.error(`${error.code}: ${error.message}`)
  process.exitCode = error.code === 'CONFIGURATION_INVALID' ? 2 : 1
}
