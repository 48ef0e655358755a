import type { SecretKey } from '@motadata/core'
import type { PiiKind } from './pii-kind.js'
import { keyedDigest } from './seal.js'

const prefixes: Readonly<Record<PiiKind, string>> = {
  name: 'NAME', email: 'EMAIL', phone: 'PHONE', ip: 'IP', host: 'HOST', 'credit-card': 'CARD', iban: 'IBAN', 'national-id': 'NATIONALID',
}
const letters = 'abcdefghijklmnopqrstuvwxyz234567'

/**
 * What stands in a redacted text for personal data: one word, the same for the same data of a tenant however it is written, such as
 * `EMAIL_q3xk7w2mzt4vdyab`. 80 bits of a keyed hash: of a million values two share a token once in two million tenants.
 */
export function redactionTokenOf(key: SecretKey, kind: PiiKind, text: string): string {
  const digest = keyedDigest(key, `${kind}\0${comparable(kind, text)}`)
  let token = ''
  for (let at = 0; at < 10; at += 5) {
    let bits = digest.readUIntBE(at, 5)
    let group = ''
    for (let letter = 0; letter < 8; letter++) {
      group = letters[bits % 32]! + group
      bits = Math.floor(bits / 32)
    }
    token += group
  }
  return `${prefixes[kind]}_${token}`
}

/** Of numbers the digits count, of all else not the case and not how many spaces. */
function comparable(kind: PiiKind, text: string): string {
  if (kind === 'phone') return text.replace(/\D/g, '').replace(/^00/, '')
  if (kind === 'credit-card') return text.replace(/\D/g, '')
  const composed = text.normalize('NFC').toLowerCase()
  return kind === 'iban' || kind === 'national-id' ? composed.replaceAll(/[\s-]/g, '') : composed.replaceAll(/\s+/g, ' ')
}
