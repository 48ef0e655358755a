import type { SchemaMigrations } from '@motadata/core'
import { modelRegistryMigration } from './0001-model-registry.js'

/** The schema that this package owns. */
export const mlFrameworkMigrations: SchemaMigrations = {
  schema: 'ml_framework',
  migrations: { '0001-model-registry': modelRegistryMigration },
}
