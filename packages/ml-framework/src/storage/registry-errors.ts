import { formatModelReference, ModelNotFoundError, type ModelReference, MLFrameworkError } from '@motadata/core'

/** The errors that say what the registry does not have. */
export function modelNotFound(name: string): ModelNotFoundError {
  return new ModelNotFoundError(
    'MODEL_NOT_FOUND',
    `Expected the name of a registered model, got '${name}', which is none. List the models to see what there is.`,
    { details: { model: name } },
  )
}

export function versionNotFound(name: string, version: number): ModelNotFoundError {
  return new ModelNotFoundError(
    'MODEL_VERSION_NOT_FOUND',
    `Expected a version of '${name}', got ${version}, which is none. List its versions to see what there is.`,
    { details: { model: name, version } },
  )
}

export function aliasNotFound(reference: ModelReference, alias: string, aliases: readonly string[]): ModelNotFoundError {
  const there = aliases.length === 0 ? 'it has no alias yet' : `it has ${aliases.join(', ')}`
  return new ModelNotFoundError(
    'MODEL_ALIAS_NOT_FOUND',
    `Expected an alias of '${reference.name}', got '${alias}' (asked for ${formatModelReference(reference)}); ${there}. ` +
      'Set the alias to a version, or name a version.',
    { details: { model: reference.name, alias, aliases } },
  )
}

export function modelArchived(name: string): MLFrameworkError {
  return new MLFrameworkError(
    'MODEL_ARCHIVED',
    `Expected a model in use, got '${name}', which is archived: it neither predicts nor takes new versions. Use another name.`,
    { details: { model: name } },
  )
}

export function modelNotArchived(name: string): MLFrameworkError {
  return new MLFrameworkError(
    'MODEL_NOT_ARCHIVED',
    `Expected an archived model to delete, got '${name}', which is in use. Archive it first: deleting can not be taken back.`,
    { details: { model: name } },
  )
}

export function cardNotFound(name: string, version: number): ModelNotFoundError {
  return new ModelNotFoundError(
    'MODEL_CARD_NOT_FOUND',
    `Expected a version with a card, got version ${version} of '${name}', which was registered without one. Train it again to have one.`,
    { details: { model: name, version } },
  )
}
