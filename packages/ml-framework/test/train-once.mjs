// Starts train-once.ts where Node can not run it by itself. kysely is loaded before tsx is: translating all its files would take longer than the training.
import 'kysely'
import { register } from 'tsx/esm/api'

register()
await import('./train-once.ts')
