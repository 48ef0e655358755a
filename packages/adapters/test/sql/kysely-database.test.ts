import { describeDatabase } from '@motadata/testing'
import { databaseEngines } from '../engines.js'

for (const { name, openDatabase } of databaseEngines) describeDatabase(name, openDatabase)
