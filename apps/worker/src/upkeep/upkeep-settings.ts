import { type SettingValues, wholeNumberSetting } from '@motadata/core'

/** How long what nobody needs any more is kept. */
export const upkeepSettings = {
  ARTIFACT_GRACE_HOURS: wholeNumberSetting('How long models that no version names, and rows whose training job has ended, are spared; longer than a backup takes.', {
    default: 24, minimum: 1, maximum: 8_760,
  }),
  JOB_RETENTION_DAYS: wholeNumberSetting('How long jobs are remembered after they ended, and with them their idempotency keys.', { default: 30, minimum: 1, maximum: 3_650 }),
}

export type UpkeepConfig = SettingValues<typeof upkeepSettings>
