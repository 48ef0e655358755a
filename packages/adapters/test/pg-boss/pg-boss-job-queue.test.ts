import { describeJobQueue } from '@motadata/testing'
import { jobEngines } from '../engines.js'
import { reportMissingServer } from '../postgresql/server.js'

for (const { name, openJobQueue } of jobEngines) describeJobQueue(name, openJobQueue)

reportMissingServer('the JobQueue suite on PostgreSQL')
