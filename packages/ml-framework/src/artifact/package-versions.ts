import { createRequire } from 'node:module'

/** Versions of the packages that decide what training gives, for the manifest. */
export function packageVersions(): Readonly<Record<string, string>> {
  const require = createRequire(import.meta.url)
  const names = ['@motadata/core', '@motadata/learn', '@motadata/ml-framework']
  return Object.fromEntries(names.map((name) => [name, (require(`${name}/package.json`) as { readonly version: string }).version]))
}
