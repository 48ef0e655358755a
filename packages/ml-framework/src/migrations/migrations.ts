import type { SchemaMigrations } from '@motadata/core'
import { modelRegistryMigration } from './0001-model-registry.js'
import { modelCardsMigration } from './0002-model-cards.js'

/** The schema that this package owns. */
export const mlFrameworkMigrations: SchemaMigrations = {
  schema: 'ml_framework',
  migrations: { '0001-model-registry': modelRegistryMigration, '0002-model-cards': modelCardsMigration },
  expanding: ['0002-model-cards'],
}
