import { walkTenantTables } from '@motadata/testing'
import { startTestServer, type TestServer } from './support/running-server.js'

let server: TestServer
beforeAll(async () => void (server = await startTestServer()))
afterAll(() => server.stop())

it('every table of the composed server is fenced by tenant', async () => {
  const { tables, problems } = await walkTenantTables(server.platform.database)
  expect(problems).toEqual([])
  expect([...tables].sort()).toEqual([
    'access.api_key', 'access.tenant', 'jobs.job',
    'ml_framework.model_alias', 'ml_framework.model_alias_event', 'ml_framework.model_version', 'ml_framework.registered_model',
  ])
})
