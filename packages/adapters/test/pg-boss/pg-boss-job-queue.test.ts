import { describeJobQueue } from '@motadata/testing'
import { engines } from '../engines.js'

for (const { name, openJobQueue } of engines) describeJobQueue(name, openJobQueue)
