// Where the code runs from its TypeScript sources, a thread of Node 20 can not start with them: it starts here and has tsx translate.
// kysely, which core needs, is loaded before tsx is: translating all its files would take longer than a small training.
import 'kysely'
import { register } from 'tsx/esm/api'

register()
await import('../fit-thread.ts')
