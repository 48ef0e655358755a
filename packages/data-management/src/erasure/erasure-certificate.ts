import { createHmac, timingSafeEqual } from 'node:crypto'
import { type ErasureFinding, type ErasureSubject, type SecretKey, sha256, type TenantId } from '@motadata/core'

/** What one owner held of the subject, and what became of it. */
export interface CertifiedOwner {
  readonly owner: string
  readonly findings: readonly ErasureFinding[]
}

/** What an erasure did: plain JSON, kept, signed with a key of whoever asked for it. It holds nothing of the subject. */
export interface ErasureCertificate {
  readonly format: 'erasure-certificate/1'
  readonly erasureId: string
  readonly tenantId: TenantId
  readonly subject: { readonly kind: ErasureSubject['kind']; readonly digest: string }
  readonly requestedBy: string
  readonly requestedAt: string
  readonly completedAt: string
  /** How many times all owners were asked until none found anything more to erase. */
  readonly rounds: number
  readonly erased: readonly CertifiedOwner[]
  /** What was learned or derived from what was erased, such as models: to be made anew by whoever answers for them. */
  readonly tainted: readonly CertifiedOwner[]
  /** What has to be kept, and why. */
  readonly retained: readonly CertifiedOwner[]
  /** Where bytes may lie on for a while, beyond what software erases. */
  readonly remains: readonly string[]
  readonly signature: { readonly algorithm: 'HMAC-SHA256'; readonly keyId: string; readonly sha256: string; readonly value: string }
}

/** Said in every certificate. */
export const whatRemains: readonly string[] = [
  'PostgreSQL keeps deleted rows in its files until VACUUM has reused their place, and in its write-ahead log until that is recycled or archived logs expire.',
  'Redis keeps deleted values in an append-only file until it is rewritten, and in snapshots until the next one.',
  'Disks keep the blocks of deleted files until they are written over; a store with versioned objects keeps deleted ones until they expire.',
  'Backups made before keep everything until they expire; after restoring one, the erasure is to be asked for again.',
  'A cache in the memory of another process forgets when the time of its entries is over.',
]

type Unsigned = Omit<ErasureCertificate, 'signature'>

export function signCertificate(certificate: Unsigned, key: SecretKey): ErasureCertificate {
  const text = canonicalText(certificate)
  return {
    ...certificate,
    signature: { algorithm: 'HMAC-SHA256', keyId: key.id, sha256: sha256(Buffer.from(text)), value: mac(text, key) },
  }
}

/** Whether a certificate is as it was signed with that key. */
export function isSignedWith({ signature, ...certificate }: ErasureCertificate, key: SecretKey): boolean {
  const expected = Buffer.from(mac(canonicalText(certificate), key))
  const given = Buffer.from(String(signature?.value))
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function mac(text: string, key: SecretKey): string {
  return createHmac('sha256', key.bytes).update('erasure-certificate/1\0').update(text).digest('base64url')
}

/** JSON whose names are in order, so that the text is the same however the object came about. */
function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_name, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item)
}
