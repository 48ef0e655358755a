/** Kinds of personal data that are found in text. */
export const piiKinds = ['name', 'email', 'phone', 'ip', 'host', 'credit-card', 'iban', 'national-id'] as const
export type PiiKind = (typeof piiKinds)[number]

/** Personal data in a text: from `start` up to `end`, in UTF-16 units, as JavaScript counts. */
export interface PiiFinding {
  readonly kind: PiiKind
  readonly start: number
  readonly end: number
}
