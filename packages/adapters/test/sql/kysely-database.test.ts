import { describeDatabase } from '@motadata/testing'
import { engines } from '../engines.js'

for (const { name, openDatabase } of engines) describeDatabase(name, openDatabase)
