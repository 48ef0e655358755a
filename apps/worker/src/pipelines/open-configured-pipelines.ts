import type { Platform } from '@motadata/core'
import { createHttpLineageSink, createLogLineageSink, DataPipeline, type LineageSink } from '@motadata/data-management'
import type { PipelineConfig } from './pipeline-settings.js'

/**
 * Data pipelines whose runs are told of where the settings say.
 *
 * @throws MLError `MIGRATION_FAILED`
 */
export async function openConfiguredPipelines(config: PipelineConfig, platform: Platform): Promise<DataPipeline> {
  const sinks: LineageSink[] = []
  if (config.OPENLINEAGE_LOG) sinks.push(createLogLineageSink(platform.logger))
  if (config.OPENLINEAGE_URL !== undefined) {
    const apiKey = config.OPENLINEAGE_API_KEY
    sinks.push(createHttpLineageSink({ url: config.OPENLINEAGE_URL, allowPrivateAddresses: config.OPENLINEAGE_PRIVATE, ...(apiKey === undefined ? {} : { apiKey }) }))
  }
  const lineage: LineageSink = { emit: async (context, event) => void (await Promise.all(sinks.map((sink) => sink.emit(context, event)))) }
  return DataPipeline.open(platform, { lineageNamespace: config.OPENLINEAGE_NAMESPACE, ...(sinks.length > 0 ? { lineage } : {}) })
}
