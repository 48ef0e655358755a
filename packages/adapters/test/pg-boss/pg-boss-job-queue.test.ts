import { describeJobQueue } from '@motadata/testing'
import { storeEngines } from '../engines.js'
import { reportMissingServer } from '../postgresql/server.js'

for (const { name, openJobQueue } of storeEngines) describeJobQueue(name, openJobQueue)

reportMissingServer('the JobQueue suite on PostgreSQL')
