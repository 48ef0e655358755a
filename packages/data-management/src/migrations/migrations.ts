import type { SchemaMigrations } from '@motadata/core'
import { datasetCatalogueMigration } from './0001-dataset-catalogue.js'
import { releasedArtifactsMigration } from './0002-released-artifacts.js'
import { quarantineMigration } from './0003-quarantine.js'
import { featureRegistryMigration } from './0004-feature-registry.js'
import { featureMaterializationMigration } from './0005-feature-materialization.js'
import { redactionTokensMigration } from './0006-redaction-tokens.js'
import { erasuresMigration } from './0007-erasures.js'
import { pipelinesMigration } from './0008-pipelines.js'
import { pipelineLineageMigration } from './0009-pipeline-lineage.js'

/** The schema that this package owns. */
export const dataManagementMigrations: SchemaMigrations = {
  schema: 'data_management',
  migrations: {
    '0001-dataset-catalogue': datasetCatalogueMigration,
    '0002-released-artifacts': releasedArtifactsMigration,
    '0003-quarantine': quarantineMigration,
    '0004-feature-registry': featureRegistryMigration,
    '0005-feature-materialization': featureMaterializationMigration,
    '0006-redaction-tokens': redactionTokensMigration,
    '0007-erasures': erasuresMigration,
    '0008-pipelines': pipelinesMigration,
    '0009-pipeline-lineage': pipelineLineageMigration,
  },
  expanding: [
    '0002-released-artifacts', '0003-quarantine', '0004-feature-registry', '0005-feature-materialization', '0006-redaction-tokens',
    '0007-erasures', '0008-pipelines', '0009-pipeline-lineage',
  ],
}
