import type { ModelReference } from '../domain/model-reference.js'
import type { ModelVersion, RegisteredModel } from '../domain/model-version.js'
import type { RequestContext } from '../domain/request-context.js'

export interface ModelPage {
  readonly models: readonly RegisteredModel[]
  readonly nextPageToken?: string
}

/** Reads what models and versions there are. */
export interface ModelCatalog {
  listModels(context: RequestContext, page?: { readonly limit?: number; readonly pageToken?: string }): Promise<ModelPage>
  /** Throws MLError `MODEL_NOT_FOUND`. */
  getModel(context: RequestContext, name: string): Promise<RegisteredModel>
  /** Throws MLError `MODEL_NOT_FOUND`, `MODEL_VERSION_NOT_FOUND`, `MODEL_ALIAS_NOT_FOUND`. */
  getVersion(context: RequestContext, reference: ModelReference): Promise<ModelVersion>
}
