import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Access } from '@motadata/access'
import { openPlatform } from '@motadata/adapters'
import { openPlatform as openPostgresqlPlatform } from '@motadata/adapters/postgresql'
import { isMLError, type Platform } from '@motadata/core'
import { CollectingLogger, until } from '@motadata/testing'
import { runProgram } from '../support/run-program.js'
import { createTestDatabase, describeWithServices } from '../support/services.js'

/** Processes from source start slowly on a busy machine. */
const timeoutMs = 120_000

const shownKey = (text: string): string => /key +(mk1\.\S+)/.exec(text)![1]!
const roleOf = async (access: Access, key: string): Promise<string> => {
  try {
    return (await access.authenticateKey(key, { requestId: 'r1', requiredAccess: 'viewer' })).principal.role
  } catch (error) {
    if (isMLError(error)) return error.code
    throw error
  }
}

describe('the command for API keys', () => {
  let folder: string
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'motadata-keys-'))))
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('makes an admin key for a tenant that lost its own, once the server that holds the folder is stopped', async () => {
    const environment = { DATA_FOLDER: join(folder, 'data') }
    const create = ['create', '--tenant', 'acme', '--role', 'admin', '--name', 'found again', '--days', '30']
    const open = (): Promise<Platform> => openPlatform({ dataFolder: environment.DATA_FOLDER, logger: new CollectingLogger() })
    const running = await open()
    await (await Access.open(running)).bootstrap({ tenantId: 'acme' })
    const locked = await runProgram('keys-main', create, environment)
    expect(locked).toMatchObject({ code: 1, standard: '', error: expect.stringMatching(/^STORAGE_LOCKED: .* holds it\. Stop that process/m) })
    await running.close()

    const [made, unknown] = [await runProgram('keys-main', create, environment), await runProgram('keys-main', ['create', '--tenant', 'globex', '--role', 'admin'], environment)]
    expect(made).toMatchObject({ code: 0, error: expect.stringContaining('API key created') })
    expect(made.error).not.toContain(shownKey(made.standard))
    expect(unknown).toMatchObject({ code: 1, standard: '', error: expect.stringContaining('TENANT_NOT_FOUND') })

    const platform = await open()
    expect(await roleOf(await Access.open(platform), shownKey(made.standard))).toBe('admin')
    await platform.close()
  }, timeoutMs)

  it('explains itself, and says what is wrong with its arguments', async () => {
    const [help, none, wrong, noTenant, noFolder] = await Promise.all([
      runProgram('keys-main', ['--help']), runProgram('keys-main', []), runProgram('keys-main', ['create', '--tenant', 'acme', '--roles', 'admin']),
      runProgram('keys-main', ['create', '--role', 'admin']), runProgram('keys-main', ['list', '--tenant', 'acme'], { DATA_FOLDER: join(folder, 'none') }),
    ])
    expect(help).toMatchObject({ code: 0, standard: expect.stringMatching(/create.*--tenant TENANT.*list.*revoke.*DATABASE_URL/s), error: '' })
    expect(none).toMatchObject({ code: 2, error: expect.stringContaining('one of create, list, revoke') })
    expect(wrong).toMatchObject({ code: 2, error: expect.stringContaining('--roles') })
    expect(noTenant).toMatchObject({ code: 2, error: expect.stringContaining('--tenant') })
    expect(noFolder).toMatchObject({ code: 1, error: expect.stringContaining('CONFIGURATION_INVALID') })
  }, timeoutMs)
})

describeWithServices('the command for API keys beside a running server on PostgreSQL', {}, () => {
  it('makes, lists and revokes keys, also an operator’s, and the server notices', async () => {
    const [database, folder] = await Promise.all([createTestDatabase(), mkdtemp(join(tmpdir(), 'motadata-keys-'))])
    const platform = await openPostgresqlPlatform({ databaseUrl: database.url, migrationDatabaseUrl: database.ownerUrl, dataFolder: folder, logger: new CollectingLogger() })
    try {
      const access = await Access.open(platform)
      await access.bootstrap({ tenantId: 'acme' })
      const environment = { DATABASE_URL: database.url, DATA_FOLDER: folder }
      const [made, operators] = await Promise.all([
        runProgram('keys-main', ['create', '--tenant', 'acme', '--role', 'admin'], environment),
        runProgram('keys-main', ['create', '--tenant', 'platform', '--role', 'operator'], environment),
      ])
      const key = shownKey(made.standard)
      expect(await roleOf(access, key)).toBe('admin')
      expect(await access.authenticateKey(shownKey(operators.standard), { requestId: 'r1', requiredAccess: 'operator' })).toMatchObject({ principal: { role: 'operator' } })

      const listed = await runProgram('keys-main', ['list', '--tenant', 'acme'], environment)
      const id = key.split('.')[2]!
      expect(listed.standard).toMatch(new RegExp(`^${id} +admin +in force`))
      expect(listed.standard).not.toContain(key.split('.')[3])
      expect(await runProgram('keys-main', ['revoke', '--tenant', 'acme', '--key', id], environment)).toMatchObject({ code: 0 })
      await until(async () => ((await roleOf(access, key)) === 'UNAUTHENTICATED' ? true : undefined), { withinMs: 5_000 })
    } finally {
      await platform.close()
      await database.drop()
      await rm(folder, { recursive: true, force: true })
    }
  }, timeoutMs)
})
