import { openPlatform } from '@motadata/adapters'
import { describeExpandingMigrations } from '@motadata/testing'
import { mlFrameworkMigrations } from '../../src/migrations/migrations.js'

describeExpandingMigrations(mlFrameworkMigrations, () => openPlatform({ inMemory: true }))
