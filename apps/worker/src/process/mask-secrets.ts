import type { Settings } from '@motadata/core'

const shown = '***'
/** Anything shorter would also be found in words that are no secret. */
const leastLength = 4

/**
 * Takes secrets out of text that leaves the process: the texts themselves, the passwords in those that are addresses, and both as JSON
 * and percent-encoding write them. A second line of defence, for what a client's error quotes.
 *
 * @example
 * maskSecrets(['postgres://me:hunter2@db/ml'])('no hunter2 here') // => 'no *** here'
 */
export function maskSecrets(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.flatMap(formsOf).filter((form) => form.length >= leastLength))
  // the longest first, lest a part of one be replaced within it
  const inOrder = [...forms].sort((a, b) => b.length - a.length)
  return (text) => inOrder.reduce((masked, form) => masked.replaceAll(form, shown), text)
}

function formsOf(secret: string): string[] {
  const parts = URL.canParse(secret) ? [secret, ...passwordsOf(new URL(secret))] : secret.split(',').map((part) => part.trim())
  return parts.flatMap((part) => [part, JSON.stringify(part).slice(1, -1)])
}

function passwordsOf({ password, searchParams }: URL): string[] {
  const written = [password, searchParams.get('password') ?? '']
  return written.flatMap((text) => [text, decoded(text)])
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The values of those settings that are secret. */
export function secretsIn(environment: Readonly<Record<string, string | undefined>>, settings: Settings): string[] {
  return Object.entries(settings).flatMap(([name, { secret }]) => (secret ? environment[name] ?? [] : []))
}
