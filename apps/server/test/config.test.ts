import { readFileSync } from 'node:fs'
import { readServerConfig, serverHelp, serverSettings } from '../src/config.js'
import { version } from '../src/version.js'

describe('the server’s settings', () => {
  it('have a default each, so that nothing needs to be configured', () => {
    expect(readServerConfig({})).toMatchObject({ HOST: '127.0.0.1', PORT: 8080, DATA_FOLDER: './.motadata', ML_USE_CASES: ['ticket-classification'], METRICS_PUBLIC: false })
  })

  it('are refused together when several are malformed', () => {
    const environment = { PORT: '80x', LOG_LEVEL: 'loud', TENANT_ID: 'A B', ML_USE_CASES: '../x', MEMORY_BUDGET_BYTES: '1', TENANT_MEMORY_BUDGET_BYTES: '-5', METRICS_PUBLIC: 'yes' }
    for (const name of Object.keys(environment)) {
      expect(() => readServerConfig(environment)).toThrow(expect.objectContaining({ code: 'CONFIGURATION_INVALID', message: expect.stringContaining(`${name}: expected`) }))
    }
  })

  it('bound what one tenant’s models take in memory only when they say so', () => {
    expect(readServerConfig({}).TENANT_MEMORY_BUDGET_BYTES).toBeUndefined()
    expect(readServerConfig({ TENANT_MEMORY_BUDGET_BYTES: '67108864' }).TENANT_MEMORY_BUDGET_BYTES).toBe(67_108_864)
  })

  it('are all in the help', () => {
    for (const name of Object.keys(serverSettings)) expect(serverHelp).toContain(name)
  })
})

it('the version that the documentation shows is the package’s', () => {
  expect(version).toBe((JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version)
})
