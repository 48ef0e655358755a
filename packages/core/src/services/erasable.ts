import type { ErasureSubject } from '../domain/erasure-subject.js'
import type { RequestContext } from '../domain/request-context.js'

/**
 * What becomes of something that names the subject: `erase` it is removed; `taint` it holds nothing of the subject, but was learned or derived from
 * what did; `retain` it has to be kept, for a reason that is given.
 */
export type ErasureEffect = 'erase' | 'taint' | 'retain'

/** Something of the subject's that an owner holds, or held. */
export interface ErasureFinding {
  /** What it is, in a word or two: `dataset-version`, `model-version`, `job`, `online-value`. */
  readonly kind: string
  /**
   * Names it among those of its kind of the tenant, such as `tickets@3`; the same for the same thing each time. Goes into a certificate that is
   * kept: never the subject's data. Where a name itself could be (a key, a caller), it is its SHA-256 or that of what holds it.
   */
  readonly name: string
  /** How many of its rows, values or entries; 1 when it is one thing. */
  readonly count: number
  readonly effect: ErasureEffect
  /** Of `retain` and `taint`: why. */
  readonly reason?: string
  /** What takes its place, such as `tickets@4`. */
  readonly successor?: string
}

/**
 * An owner of tables, keys, files, vocabularies or samples, who erases a person or a tenant from them. The erase job calls all owners there are,
 * one after another: `scan`, whose findings it writes down, `erase`, and at the end `scan` once more.
 *
 * What an owner must do:
 * - Find with `createSubjectMatcher(subject)`, so that all owners find alike, in everything of theirs that can hold text: columns, JSON, names,
 *   keys, descriptions, idempotency keys, and files after unpacking (Parquet, gzip).
 * - For `{ kind: 'tenant' }` find and erase everything of `context.tenantId`, also what holds no text.
 * - Never touch another tenant's: the tenant is the context's.
 * - Bear being killed at any moment and called again with the same `erasureId`, also beside a second process that does the same: what is
 *   erased stays erased, and nothing that does not concern the subject is lost or doubled. What a finding's `count` was is written down before
 *   `erase` begins, so `erase` need not remember it.
 * - Work in pieces, so that memory stays flat, and call `throwIfEnded(context, …)` between them.
 * - Let nothing come back: copies in memory and caches of its own are dropped too.
 *
 * Its implementation is named in `apps/worker/src/erasure/configured-erasables.ts`.
 */
export interface Erasable {
  /** Of `[a-z-]`; stands in certificates: `datasets`, `jobs`. */
  readonly owner: string
  /**
   * What there is of the subject now. After a finished `erase` nothing with the effect `erase` is left; `taint` and `retain` may be found for ever.
   *
   * Throws MLError `CANCELLED`, `DEADLINE_EXCEEDED`, `STORAGE_UNAVAILABLE`.
   */
  scan(context: RequestContext, subject: ErasureSubject): AsyncIterable<ErasureFinding>
  /**
   * Erases it. Done again, it does nothing more.
   *
   * @param options.erasureId - Of the erasure; the same when it is done again.
   * @returns what is to stand in the certificate beside what `scan` found before: findings that name the same thing take its place, such as one with a
   *   successor; most owners return none. Throws as `scan`.
   */
  erase(context: RequestContext, subject: ErasureSubject, options: { readonly erasureId: string }): Promise<readonly ErasureFinding[]>
}
