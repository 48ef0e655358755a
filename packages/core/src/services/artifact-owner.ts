import type { RequestContext } from '../domain/request-context.js'

/**
 * A package that puts artifacts says which of them it needs. Whatever no owner needs is swept once it is old enough, so who puts artifacts
 * must be among the owners that a sweep asks.
 */
export interface ArtifactOwner {
  /**
   * Those of the tenant's artifacts that something stored refers to.
   *
   * @param hashes - Of artifacts that there are.
   * @param endedAfter - What referred to an artifact and ended since then counts too: a backup that was begun before may still need it.
   */
  neededArtifacts(context: RequestContext, hashes: readonly string[], endedAfter: Date): Promise<ReadonlySet<string>>
}
