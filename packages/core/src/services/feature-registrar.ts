import type { Entity, FeatureService, FeatureViewDefinition, RegisteredFeatureView } from '../domain/feature-view.js'
import type { RequestContext } from '../domain/request-context.js'

/** Says which features there are. Declaring what is declared already changes nothing. */
export interface FeatureRegistrar {
  /** Throws MLError `NAME_INVALID`, `FEATURE_VIEW_INVALID`, and `FEATURE_IN_USE` for a key that views rely on. */
  registerEntity(context: RequestContext, entity: Entity): Promise<Entity>
  /** Throws MLError `NAME_INVALID`, `FEATURE_VIEW_INVALID`, `ENTITY_NOT_FOUND`, `TRANSFORMATION_UNKNOWN`, `FEATURE_SOURCE_CHANGED`. */
  registerFeatureView(context: RequestContext, definition: FeatureViewDefinition): Promise<RegisteredFeatureView>
  /** Throws MLError `NAME_INVALID`, `FEATURE_VIEW_NOT_FOUND`, `FEATURE_NOT_FOUND`. */
  registerFeatureService(context: RequestContext, service: FeatureService): Promise<FeatureService>
}
