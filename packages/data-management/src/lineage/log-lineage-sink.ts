import type { Logger } from '@motadata/core'
import type { LineageSink } from './lineage-sink.js'

/** Writes events to the log, at level info. */
export function createLogLineageSink(logger: Logger): LineageSink {
  return {
    emit(context, event) {
      logger.info({ tenantId: context.tenantId, openLineage: event }, `pipeline '${event.job.name}': ${event.eventType}`)
      return Promise.resolve()
    },
  }
}
