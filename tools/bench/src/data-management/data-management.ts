import type { Benchmark } from '../benchmark.js'
import { benchmarkIngest } from './ingest.js'
import { benchmarkOnlineFeatures } from './online-features.js'
import { benchmarkPointInTime } from './point-in-time.js'
import { benchmarkProfile } from './profile.js'
import { benchmarkValidation } from './validation.js'

/** Rows in, datasets out, beside what the bare engine under them needs. */
export const dataManagement: Benchmark = {
  name: 'data-management',
  title: 'Data: taking in, reading',
  parts: [
    { name: 'ingest', run: benchmarkIngest },
    { name: 'profile', run: benchmarkProfile },
    { name: 'validation', run: benchmarkValidation },
    { name: 'point-in-time', run: benchmarkPointInTime },
    { name: 'online-features', run: benchmarkOnlineFeatures },
  ],
}
