import { addressSetting, flagSetting, type Setting, type SettingValues, textSetting } from '@motadata/core'

const apiKey: Setting<string | undefined> = {
  meaning: 'The bearer token for OPENLINEAGE_URL.',
  expected: 'text',
  fallback: undefined,
  secret: true,
  read: (text) => (text === '' || /[\r\n]/.test(text) ? undefined : text),
}

/** Where events of data pipelines go. */
export const pipelineSettings = {
  OPENLINEAGE_URL: addressSetting('Where runs of data pipelines are told of as OpenLineage events, such as https://…/api/v1/lineage of Marquez; nowhere when not set.', { schemes: ['http', 'https'] }),
  OPENLINEAGE_API_KEY: apiKey,
  OPENLINEAGE_PRIVATE: flagSetting('Whether OPENLINEAGE_URL may lead into a private network.', { default: false }),
  OPENLINEAGE_LOG: flagSetting('Whether these events are written to the log as well.', { default: false }),
  OPENLINEAGE_NAMESPACE: textSetting('In which jobs and datasets of these events lie, each tenant in a namespace of its own below.', {
    default: 'motadata', pattern: /^[\w.:/-]{1,200}$/, expected: 'letters, digits and . : / _ -',
  }),
}

export type PipelineConfig = SettingValues<typeof pipelineSettings>
