import type { SchemaMigrations } from '@motadata/core'
import { datasetCatalogueMigration } from './0001-dataset-catalogue.js'

/** The schema that this package owns. */
export const dataManagementMigrations: SchemaMigrations = {
  schema: 'data_management',
  migrations: { '0001-dataset-catalogue': datasetCatalogueMigration },
}
