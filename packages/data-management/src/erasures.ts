import {
  type Clock, createSubjectMatcher, DataManagementError, type Database, type Erasable, type ErasureFinding, type ErasureSubject, type IdSource, type JobQueue, type KeyRing, MLError,
  pageLimit, type PageRequest, parseErasureSubject, parseTenantId, platformContext, type RequestContext, type SecretKey, throwIfEnded, type TenantId,
} from '@motadata/core'
import { type CertifiedOwner, type ErasureCertificate, isSignedWith, signCertificate, whatRemains } from './erasure/erasure-certificate.js'
import { dataManagementMigrations } from './migrations/migrations.js'
import { keyedDigest, seal, unseal } from './privacy/seal.js'
import { ErasureRepository, type ErasureRow, type OwnedFinding } from './storage/erasure-repository.js'

/** The kind of jobs that erase. */
export const erasureJobKind = 'erase'

export interface ErasuresPlatform {
  readonly database: Database
  readonly jobs: JobQueue
  readonly keys: KeyRing
  readonly clock: Clock
  readonly ids: IdSource
}

export interface ErasureRequest {
  readonly subject: ErasureSubject
  /** Of a tenant's subject: which one. Only operators, and the platform itself, erase tenants. */
  readonly tenantId?: string
  /** A second request with the same key gives the first one's erasure. */
  readonly idempotencyKey?: string
}

/** An erasure that was asked for. It says nothing of its subject. */
export interface Erasure {
  readonly id: string
  /** Whose data it is. */
  readonly tenantId: TenantId
  readonly subjectKind: ErasureSubject['kind']
  readonly state: 'running' | 'completed'
  readonly requestedBy: string
  readonly requestedAt: Date
  readonly completedAt?: Date
  readonly certificate?: ErasureCertificate
}

export interface ErasureRun {
  /** Every owner of anything that may hold personal data, in the order to ask them. */
  readonly owners: readonly Erasable[]
  readonly onProgress?: (progress: { readonly stage: string; readonly share: number }) => Promise<void> | void
}

/** So often all owners are asked before an erasure fails: what writes the subject anew has to be stopped first. */
const mostRounds = 5

/**
 * Erases a person or a tenant from everything: asked for here, done by a job, ended with a certificate. Every owner scans, what it finds is written
 * down, it erases, and when all have, all scan again, until none finds anything to erase. Killed at any moment the job goes on where it was, and the
 * certificate counts everything once. The subject is kept sealed with the tenant's key until then, and never lies in a job.
 *
 * @example
 * const erasures = await Erasures.open(platform)
 * const { id } = await erasures.request(context, { subject: { kind: 'person', identifiers: ['anna.berg@acme.example', 'Anna Berg'] } })
 * // once the worker is done
 * const { certificate } = await erasures.get(context, id)
 */
export class Erasures {
  readonly #platform: ErasuresPlatform
  readonly #repository: ErasureRepository

  private constructor(platform: ErasuresPlatform) {
    this.#platform = platform
    this.#repository = new ErasureRepository(platform.database)
  }

  /** Brings the tables to their newest version. @throws MLError `MIGRATION_FAILED` */
  static async open(platform: ErasuresPlatform): Promise<Erasures> {
    await platform.database.migrate(dataManagementMigrations)
    return new Erasures(platform)
  }

  /**
   * Asks for an erasure; a job begins it soon.
   *
   * @throws MLError `INPUT_INVALID`, `TENANT_ID_INVALID`, or `PERMISSION_DENIED` for a tenant's erasure that no operator asks for
   */
  async request(context: RequestContext, request: ErasureRequest): Promise<Erasure> {
    const subject = parseErasureSubject(request.subject)
    const erasedTenantId = this.#erasedTenant(context, subject, request.tenantId)
    const { keys, ids, clock, jobs } = this.#platform
    const key = await keys.current(context.tenantId, 'erasure')
    const id = ids.next()
    const row = await this.#repository.insert(context.tenantId, {
      tenant_id: context.tenantId, id, subject_kind: subject.kind, erased_tenant_id: erasedTenantId, subject_digest: digestOf(key, subject), sealed_subject: seal(key, `erasure/${id}`, JSON.stringify(subject)),
      key_id: key.id, idempotency_key: request.idempotencyKey === undefined ? null : keyedDigest(key, request.idempotencyKey).toString('base64url'), requested_by: context.principal.id,
      requested_at: new Date(clock.nowMs()), completed_at: null, certificate: null,
    })
    await jobs.enqueue(context, { kind: erasureJobKind, payload: { erasureId: row.id }, idempotencyKey: row.id })
    return toErasure(row)
  }

  /** @throws MLError `ERASURE_NOT_FOUND` */
  async get(context: RequestContext, id: string): Promise<Erasure> {
    return toErasure(await this.#row(context, id))
  }

  /** Newest first. @param page.limit - 1 to 200, default 50 @throws MLError `INPUT_INVALID` */
  async list(context: RequestContext, page: PageRequest = {}): Promise<{ readonly erasures: readonly Erasure[]; readonly nextPageToken?: string }> {
    const limit = pageLimit(page.limit)
    const { pageToken } = page
    const rows = await this.#repository.list(context.tenantId, { limit: limit + 1, ...(pageToken === undefined ? {} : { before: pageToken }) })
    const shown = rows.slice(0, limit)
    return { erasures: shown.map(toErasure), ...(rows.length > limit ? { nextPageToken: shown.at(-1)!.id } : {}) }
  }

  /**
   * Does an erasure, or goes on with it; one that is completed gives its certificate again.
   *
   * @throws MLError `ERASURE_NOT_FOUND`, `CANCELLED`, `STORAGE_UNAVAILABLE`, or `INTERNAL` where owners go on finding more to erase
   */
  async run(context: RequestContext, id: string, { owners, onProgress }: ErasureRun): Promise<ErasureCertificate> {
    const row = await this.#row(context, id)
    if (row.certificate !== null) return JSON.parse(row.certificate) as ErasureCertificate
    const key = await this.#keyOf(context, row)
    const subject = parseErasureSubject(JSON.parse(unseal(key, `erasure/${id}`, row.sealed_subject!)))
    const erased = platformContext(parseTenantId(row.erased_tenant_id), context.requestId, context.signal)
    for (let round = 1; round <= mostRounds; round++) {
      for (const [at, owner] of owners.entries()) {
        await onProgress?.({ stage: `erasing ${owner.owner}`, share: (1 - 0.5 ** (round - 1)) + 0.5 ** round * (at / owners.length) })
        await this.#erase(context, erased, { id, subject }, owner)
      }
      if (await this.#isErased(context, erased, { id, subject }, owners)) return this.#complete(context, row, key, round)
    }
    throw new DataManagementError('INTERNAL', `Expected nothing of the subject after ${mostRounds} rounds, yet more came each time. Stop what writes it, and try again.`, { details: { erasureId: id } })
  }

  /** Whether a certificate is one of the context's tenant, as it was given. */
  async verify(context: RequestContext, certificate: ErasureCertificate): Promise<boolean> {
    const key = await this.#platform.keys.find(context.tenantId, 'erasure', String(certificate?.signature?.keyId))
    return key !== undefined && isSignedWith(certificate, key)
  }

  async #erase(context: RequestContext, erased: RequestContext, { id, subject }: { readonly id: string; readonly subject: ErasureSubject }, owner: Erasable): Promise<void> {
    const found = await collect(owner, erased, subject)
    await this.#repository.note(context.tenantId, id, found, { replace: false })
    // also where nothing was found: what an erasure that died erased is told again
    const told = await owner.erase(erased, subject, { erasureId: id })
    await this.#repository.note(context.tenantId, id, told.map((finding) => ({ ...finding, owner: owner.owner })), { replace: true })
    throwIfEnded(context, this.#platform.clock.nowMs())
  }

  /** What is tainted or has to be kept is written down as it is now. */
  async #isErased(context: RequestContext, erased: RequestContext, { id, subject }: { readonly id: string; readonly subject: ErasureSubject }, owners: readonly Erasable[]): Promise<boolean> {
    let isErased = true
    for (const owner of owners) {
      const found = await collect(owner, erased, subject)
      await this.#repository.note(context.tenantId, id, found.filter(({ effect }) => effect !== 'erase'), { replace: true })
      if (found.some(({ effect }) => effect === 'erase')) isErased = false
    }
    return isErased
  }

  async #complete(context: RequestContext, row: ErasureRow, key: SecretKey, rounds: number): Promise<ErasureCertificate> {
    const findings = await this.#repository.findings(context.tenantId, row.id)
    const at = new Date(this.#platform.clock.nowMs())
    const certificate = signCertificate({
      format: 'erasure-certificate/1', erasureId: row.id, tenantId: parseTenantId(row.erased_tenant_id), subject: { kind: row.subject_kind, digest: row.subject_digest },
      requestedBy: row.requested_by, requestedAt: new Date(row.requested_at).toISOString(), completedAt: at.toISOString(), rounds,
      erased: byOwner(findings, 'erase'), tainted: byOwner(findings, 'taint'), retained: byOwner(findings, 'retain'), remains: whatRemains,
    }, key)
    const completed = await this.#repository.complete(context.tenantId, row.id, { certificate: JSON.stringify(certificate), at })
    return JSON.parse(completed.certificate!) as ErasureCertificate
  }

  async #row(context: RequestContext, id: string): Promise<ErasureRow> {
    const row = /^[a-z0-9-]{1,64}$/.test(id) ? await this.#repository.find(context.tenantId, id) : undefined
    if (row) return row
    throw new DataManagementError('ERASURE_NOT_FOUND', 'Expected the id of an erasure that was asked for here, got another. List the erasures to see what there is.')
  }

  async #keyOf(context: RequestContext, row: ErasureRow): Promise<SecretKey> {
    const key = await this.#platform.keys.find(context.tenantId, 'erasure', row.key_id)
    if (key) return key
    throw new DataManagementError('CONFIGURATION_INVALID', 'Expected the master key that the subject of this erasure was sealed with, got others. Provide it beside the current one.')
  }

  #erasedTenant(context: RequestContext, subject: ErasureSubject, tenantId: string | undefined): TenantId {
    if (subject.kind === 'person') {
      if (tenantId === undefined || tenantId === context.tenantId) return context.tenantId
      throw new MLError('INPUT_INVALID', 'Expected no tenantId beside a person: persons are erased from the tenant whose admin asks.', { details: { field: 'tenantId' } })
    }
    if (context.principal.role !== 'operator' && context.principal.kind !== 'platform') throw new MLError('PERMISSION_DENIED', 'Expected an operator to erase a tenant, got another role.')
    return parseTenantId(tenantId)
  }
}

async function collect(owner: Erasable, context: RequestContext, subject: ErasureSubject): Promise<OwnedFinding[]> {
  const found: OwnedFinding[] = []
  for await (const finding of owner.scan(context, subject)) found.push({ ...finding, owner: owner.owner })
  return found
}

function byOwner(findings: readonly OwnedFinding[], effect: ErasureFinding['effect']): CertifiedOwner[] {
  const owners = new Map<string, ErasureFinding[]>()
  for (const { owner, ...finding } of findings) if (finding.effect === effect) owners.set(owner, [...(owners.get(owner) ?? []), finding])
  return [...owners].map(([owner, own]) => ({ owner, findings: own }))
}

/** Whoever has the key and an identifier can tell that it was this subject. */
function digestOf(key: SecretKey, subject: ErasureSubject): string {
  return keyedDigest(key, JSON.stringify(createSubjectMatcher(subject).terms.toSorted())).toString('base64url')
}

function toErasure(row: ErasureRow): Erasure {
  return {
    id: row.id, tenantId: parseTenantId(row.erased_tenant_id), subjectKind: row.subject_kind, state: row.completed_at === null ? 'running' : 'completed', requestedBy: row.requested_by,
    requestedAt: new Date(row.requested_at),
    ...(row.completed_at === null ? {} : { completedAt: new Date(row.completed_at) }),
    ...(row.certificate === null ? {} : { certificate: JSON.parse(row.certificate) as ErasureCertificate }),
  }
}
