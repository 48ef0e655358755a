import type { RequestContext } from '@motadata/core'
import type { OpenLineageEvent } from './open-lineage-event.js'

/** Where events of runs go. What it throws is logged; a run does not fail of it. */
export interface LineageSink {
  emit(context: RequestContext, event: OpenLineageEvent): Promise<void>
}
