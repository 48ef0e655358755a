import { isMLError, MLError } from '@motadata/core'
import { checkDefinition } from './definition/check-definition.js'
import type { UseCase } from './use-case.js'

const packageName = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/

export interface LoadUseCasesOptions {
  /** Imports a package; default as this package sees it. An app whose packages are kept strictly apart passes its own `(name) => import(name)`. */
  readonly importPackage?: (name: string) => Promise<unknown>
}

/**
 * Loads use cases by name, in the order of the names.
 *
 * @param names - `ticket-classification` means the package `@motadata/use-case-ticket-classification`; a name with a scope, or one
 *   that begins with `use-case-`, is a package's full name.
 * @returns The use cases by the name that each one's definition has.
 * @throws MLError `USE_CASE_INVALID` saying which package is missing or has no use case as default export, and what was expected
 * @example
 * const useCases = await loadUseCases(['ticket-classification', '@acme/use-case-change-risk'])
 */
export async function loadUseCases(names: readonly string[], options: LoadUseCasesOptions = {}): Promise<ReadonlyMap<string, UseCase>> {
  const importPackage = options.importPackage ?? ((name: string): Promise<unknown> => import(name))
  const useCases = new Map<string, UseCase>()
  for (const packageToLoad of new Set(names.map(packageOf))) {
    const useCase = await loadUseCase(packageToLoad, importPackage)
    const { name } = useCase.definition
    if (useCases.has(name)) throw invalid(packageToLoad, `a use case of a name of its own, got '${name}', which another package has`)
    useCases.set(name, useCase)
  }
  return useCases
}

async function loadUseCase(name: string, importPackage: (name: string) => Promise<unknown>): Promise<UseCase> {
  let exported: unknown
  try {
    exported = await importPackage(name)
  } catch (cause) {
    const { code } = (cause ?? {}) as { readonly code?: unknown }
    throw invalid(name, `a package that can be imported, got ${typeof code === 'string' ? code : 'an error'}. Install it, or take it out of the list`, cause)
  }
  const useCase = (exported as { readonly default?: Partial<UseCase> } | null)?.default
  if (typeof useCase?.trainingSpec !== 'function' || typeof useCase.create !== 'function') {
    throw invalid(name, `a use case, such as defineUseCase makes, as default export, got ${useCase === undefined ? 'none' : 'something else'}`)
  }
  try {
    checkDefinition(useCase.definition)
  } catch (cause) {
    if (!isMLError(cause)) throw cause
    throw invalid(name, `a use case. ${cause.message.replace(/\.$/, '')}`, cause)
  }
  if (useCase.name !== useCase.definition.name) throw invalid(name, `a use case with the name of its definition, '${useCase.definition.name}', got another`)
  return useCase as UseCase
}

function packageOf(name: string): string {
  if (typeof name !== 'string' || !packageName.test(name)) {
    throw new MLError('USE_CASE_INVALID', `Expected the name of a use case such as ticket-classification, or of a package, got ${JSON.stringify(name)}.`, {
      details: { received: name },
    })
  }
  return name.startsWith('@') || name.startsWith('use-case-') ? name : `@motadata/use-case-${name}`
}

function invalid(name: string, expected: string, cause?: unknown): MLError {
  return new MLError('USE_CASE_INVALID', `Expected of ${name} ${expected}.`, { details: { package: name }, cause })
}
