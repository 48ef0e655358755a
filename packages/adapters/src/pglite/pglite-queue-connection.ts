import type { PGlite } from '@electric-sql/pglite'
import type { Db } from 'pg-boss'
import type { KyselyDatabase } from '../sql/kysely-database.js'

/**
 * The queue's engine on the one connection there is: each of its calls holds that connection, as a unit of work does, so that
 * neither lands inside the other's transaction.
 */
export function createPGliteQueueConnection(options: { readonly pglite: PGlite; readonly database: KyselyDatabase }): Db {
  const { pglite, database } = options
  return {
    executeSql: (text, values) =>
      database.asOwner(async () => {
        try {
          if (values?.length) return { rows: (await pglite.query(text, values)).rows }
          // Without parameters it may be several statements, `begin` and `commit` among them.
          const results = await pglite.exec(text)
          return { rows: results.flatMap((result) => result.rows) }
        } catch (error) {
          // A block that failed half way leaves its transaction open; nobody else may find it.
          await pglite.exec('rollback').catch(() => undefined)
          throw error
        }
      }),
    listen: async (channel, onNotification, onReconnect) => {
      const unlisten = await database.asOwner(() => pglite.listen(channel, onNotification))
      onReconnect()
      return { close: () => database.asOwner(() => unlisten()) }
    },
  }
}
