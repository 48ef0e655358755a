import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Access } from '@motadata/access'
import { openPlatform } from '@motadata/adapters/postgresql'
import { CollectingLogger } from '@motadata/testing'
import { runProgram } from '../support/run-program.js'
import { createTestDatabase, describeWithServices } from '../support/services.js'

describeWithServices('the command for the audit trail', {}, () => {
  it('shows who did what, and finds what somebody changed who owns the database', async () => {
    const [database, folder] = await Promise.all([createTestDatabase(), mkdtemp(join(tmpdir(), 'motadata-audit-'))])
    const platform = await openPlatform({ databaseUrl: database.url, migrationDatabaseUrl: database.ownerUrl, dataFolder: folder, logger: new CollectingLogger() })
    try {
      const access = await Access.open(platform)
      const { adminKey } = (await access.bootstrap({ tenantId: 'acme' }))!
      const admin = await access.authenticateKey(adminKey.key, { requestId: 'r1', requiredAccess: 'admin' })
      const { id } = await access.apiKeys.create(admin, { name: 'service desk', role: 'predictor' })
      const audit = (...args: readonly string[]) => runProgram('audit-main', args, { DATABASE_URL: database.url, DATA_FOLDER: folder })

      const [listed, whole] = await Promise.all([audit('list', '--tenant', 'acme'), audit('verify', '--tenant', 'acme')])
      expect(listed.standard).toMatch(new RegExp(`^2  \\S+  api-key.created  ${id}  by api-key ${adminKey.id} .*\\n1  \\S+  tenant.created  acme`))
      expect(whole).toMatchObject({ code: 0, standard: expect.stringMatching(/^2 events follow each other, the last with the hash [0-9a-f]{64}\./), error: '' })

      await database.query("update access.audit_event set actor_id = 'nobody' where tenant_id = 'acme' and number = 2")
      expect(await audit('verify', '--tenant', 'acme')).toMatchObject({ code: 1, standard: '', error: expect.stringMatching(/^AUDIT_TRAIL_BROKEN: Expected event 2 /) })
    } finally {
      await platform.close()
      await database.drop()
      await rm(folder, { recursive: true, force: true })
    }
  }, 120_000)
})
