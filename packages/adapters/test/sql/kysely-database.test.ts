import { describeDatabase } from '@motadata/testing'
import { databaseEngines } from '../engines.js'
import { reportMissingServer } from '../postgresql/server.js'

for (const { name, openDatabase } of databaseEngines) describeDatabase(name, openDatabase)

reportMissingServer('the Database suite on PostgreSQL')
