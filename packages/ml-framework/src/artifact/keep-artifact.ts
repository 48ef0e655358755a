import type { ArtifactReference, ArtifactStore, TenantId } from '@motadata/core'

/**
 * Puts an artifact and then writes down what refers to it. In between a sweep takes it for unneeded, which the time of its putting guards
 * against; where a store can't tell that time at the moment of deleting (S3), or the clock was changed, the artifact may be gone once the
 * reference is there, and is put again.
 *
 * @param refer - Writes what refers to it; when it resolves, a sweep knows that the artifact is needed.
 */
export async function keepArtifact<Result>(
  artifacts: ArtifactStore, tenantId: TenantId, bytes: Uint8Array, refer: (artifact: ArtifactReference) => Promise<Result>,
): Promise<Result> {
  const artifact = await artifacts.put(tenantId, bytes)
  const result = await refer(artifact)
  if (!(await artifacts.has(tenantId, artifact.sha256))) await artifacts.put(tenantId, bytes)
  return result
}
