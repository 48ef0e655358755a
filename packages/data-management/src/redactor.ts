import {
  type Clock, createDataset, type Database, type Dataset, DataManagementError, type Erasable, getColumn, type KeyRing, MLError, type RequestContext, throwIfEnded,
} from '@motadata/core'
import { dataManagementMigrations } from './migrations/migrations.js'
import { findPii, tokenPattern } from './privacy/find-pii.js'
import { type PiiKind, piiKinds } from './privacy/pii-kind.js'
import { createRedactionErasable } from './privacy/redaction-erasable.js'
import { redactionTokenOf } from './privacy/redaction-token.js'
import { seal, unseal } from './privacy/seal.js'
import { RedactionTokens } from './storage/redaction-tokens.js'

export interface RedactorPlatform {
  readonly database: Database
  readonly keys: KeyRing
  readonly clock: Clock
}

export interface RedactionOptions {
  /** What to take out; default all kinds. */
  readonly kinds?: readonly PiiKind[]
}

export interface DatasetRedactionOptions extends RedactionOptions {
  /** Which; default all columns of text. A column of categories is redacted when it is named. */
  readonly columns?: readonly string[]
}

/** How often each kind was found. */
export type RedactionCounts = Readonly<Partial<Record<PiiKind, number>>>

export interface RedactedTexts {
  /** As they were given, in their order; null where there was none. */
  readonly texts: readonly (string | null)[]
  readonly counts: RedactionCounts
}

const textsAtOnce = 1_000

/**
 * Takes personal data out of texts before anybody learns from them: each is replaced by a token of one word, which is the same for the same data of
 * a tenant, so that what a model can learn from a recurring caller or machine stays. Tokens are keyed hashes: without the tenant's key nobody can
 * try out what they stand for. What they stand for is kept sealed with that key; `restore` reads it, until the person is erased.
 *
 * What a finder does not find is not redacted: see `findPii`.
 *
 * @example
 * const redactor = await Redactor.open(platform)
 * const { texts } = await redactor.redact(context, ['Anna Berg has no VPN']) // => ['NAME_q3xk7w2mzt4vdyab has no VPN']
 */
export class Redactor {
  /** Erases what tokens of a person stand for. */
  readonly erasable: Erasable
  readonly #platform: RedactorPlatform
  readonly #tokens: RedactionTokens

  private constructor(platform: RedactorPlatform) {
    this.#platform = platform
    this.#tokens = new RedactionTokens(platform.database)
    this.erasable = createRedactionErasable(platform)
  }

  /** Brings the tables to their newest version. @throws MLError `MIGRATION_FAILED` */
  static async open(platform: RedactorPlatform): Promise<Redactor> {
    await platform.database.migrate(dataManagementMigrations)
    return new Redactor(platform)
  }

  /**
   * Redacts texts. Text that is redacted already stays as it is.
   *
   * @throws MLError `REDACTION_INVALID` for a kind that there is none of, `CANCELLED`, `DEADLINE_EXCEEDED`
   */
  async redact(context: RequestContext, texts: readonly (string | null)[], options: RedactionOptions = {}): Promise<RedactedTexts> {
    checkKinds(options.kinds)
    const { keys, clock } = this.#platform
    const key = await keys.current(context.tenantId, 'redaction')
    const redacted: (string | null)[] = []
    const counts: Partial<Record<PiiKind, number>> = {}
    for (let start = 0; start < texts.length; start += textsAtOnce) {
      throwIfEnded(context, clock.nowMs())
      const originals = new Map<string, string>()
      for (const text of texts.slice(start, start + textsAtOnce)) {
        if (text === null) redacted.push(null)
        else redacted.push(replaced(text, options, (kind, original) => {
          const token = redactionTokenOf(key, kind, original)
          counts[kind] = (counts[kind] ?? 0) + 1
          if (!originals.has(token)) originals.set(token, original)
          return token
        }))
      }
      await this.#keep(context, key, originals)
    }
    return { texts: redacted, counts }
  }

  /**
   * Redacts columns of a dataset. A category becomes another one in all rows.
   *
   * @throws MLError `COLUMN_MISSING`, `COLUMN_INVALID` for a column without texts, and as {@link redact}
   */
  async redactDataset(context: RequestContext, dataset: Dataset, { columns, ...options }: DatasetRedactionOptions = {}): Promise<{ readonly dataset: Dataset; readonly counts: RedactionCounts }> {
    const names = columns ?? [...dataset.columns].filter(([, { kind }]) => kind === 'text').map(([name]) => name)
    const redacted = new Map(dataset.columns)
    const counts: Partial<Record<PiiKind, number>> = {}
    for (const name of names) {
      const column = getColumn(dataset, name)
      if (column.kind !== 'text' && column.kind !== 'category') {
        throw new DataManagementError('COLUMN_INVALID', `Expected a column of texts or categories to redact, got '${name}', which is a ${column.kind} column.`, { details: { column: name, kind: column.kind } })
      }
      const { texts, counts: own } = await this.redact(context, column.kind === 'text' ? column.values : column.categories, options)
      redacted.set(name, column.kind === 'text' ? { kind: 'text', values: texts } : mergedCategories(column.codes, texts as readonly string[]))
      for (const kind of piiKinds) if (own[kind]) counts[kind] = (counts[kind] ?? 0) + own[kind]
    }
    return { dataset: createDataset(redacted), counts }
  }

  /**
   * Puts back what tokens stand for. A token that is not this tenant's, or whose person was erased, stays as it is.
   *
   * @throws MLError `PERMISSION_DENIED` below the role admin, `REDACTION_INVALID` where the key that sealed it is gone
   */
  async restore(context: RequestContext, texts: readonly string[]): Promise<readonly string[]> {
    const { role, kind } = context.principal
    if (role !== 'admin' && kind !== 'platform') throw new MLError('PERMISSION_DENIED', `Expected an admin to read what was redacted, got the role ${role}.`)
    const tokens = [...new Set(texts.flatMap((text) => text.match(tokenPattern) ?? []))]
    const originals = new Map<string, string>()
    for (const { token, sealed, keyId } of await this.#tokens.known(context.tenantId, tokens)) {
      const key = await this.#platform.keys.find(context.tenantId, 'redaction', keyId)
      if (!key) throw new DataManagementError('REDACTION_INVALID', 'Expected the key that tokens were sealed with, got others. Provide the master key of then beside the current one.')
      originals.set(token, unseal(key, `token/${token}`, sealed))
    }
    return texts.map((text) => text.replace(tokenPattern, (token) => originals.get(token) ?? token))
  }

  /** What tokens stand for is durable before anybody gets the tokens. */
  async #keep(context: RequestContext, key: Parameters<typeof seal>[0], originals: ReadonlyMap<string, string>): Promise<void> {
    const known = new Set((await this.#tokens.known(context.tenantId, [...originals.keys()])).map(({ token }) => token))
    const fresh = [...originals].filter(([token]) => !known.has(token)).map(([token, original]) => ({ token, sealed: seal(key, `token/${token}`, original), keyId: key.id }))
    if (fresh.length > 0) await this.#tokens.add(context.tenantId, fresh, new Date(this.#platform.clock.nowMs()))
  }
}

function replaced(text: string, options: RedactionOptions, tokenOf: (kind: PiiKind, original: string) => string): string {
  let [result, at] = ['', 0]
  for (const { kind, start, end } of findPii(text, options)) {
    result += text.slice(at, start) + tokenOf(kind, text.slice(start, end))
    at = end
  }
  return result + text.slice(at)
}

/** Two categories may become one. */
function mergedCategories(codes: Int32Array, texts: readonly string[]): { readonly kind: 'category'; readonly codes: Int32Array; readonly categories: readonly string[] } {
  const categories = [...new Set(texts)]
  const codeOf = new Map(categories.map((category, code) => [category, code]))
  return { kind: 'category', codes: codes.map((code) => (code < 0 ? code : codeOf.get(texts[code]!)!)), categories }
}

function checkKinds(kinds: readonly PiiKind[] | undefined): void {
  if (kinds === undefined) return
  const unknown = Array.isArray(kinds) ? kinds.find((kind) => !piiKinds.includes(kind)) : kinds
  if (Array.isArray(kinds) && unknown === undefined) return
  throw new DataManagementError('REDACTION_INVALID', `Expected kinds of personal data out of ${piiKinds.join(', ')}, got ${JSON.stringify(unknown)?.slice(0, 60)}.`, { details: { field: 'kinds' } })
}
