import { describeJobQueue } from '@motadata/testing'
import { jobEngines } from '../engines.js'

for (const { name, openJobQueue } of jobEngines) describeJobQueue(name, openJobQueue)
