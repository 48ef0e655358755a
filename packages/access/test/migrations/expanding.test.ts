import { openPlatform } from '@motadata/adapters'
import { describeExpandingMigrations } from '@motadata/testing'
import { accessMigrations } from '../../src/migrations/access-migrations.js'

describeExpandingMigrations(accessMigrations, () => openPlatform({ inMemory: true }))
