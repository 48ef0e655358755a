import { PlatformError, isMLError, readSettings, type Settings, type SettingValues } from '@motadata/core'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads settings, and checks also how they fit together.
 *
 * @param faultsOf - What is wrong with the settings taken together, `NAME: expected …` each; an empty text is as good as none.
 * @throws MLError `CONFIGURATION_INVALID` naming everything that is wrong at once
 */
export function readConfig<Declared extends Settings>(
  declared: Declared,
  environment: Environment,
  faultsOf: (isSet: (name: keyof Declared & string) => boolean) => readonly string[],
): SettingValues<Declared> {
  const together = faultsOf((name) => Boolean(environment[name]))
  const alone = read(declared, environment)
  const problems = [...('problems' in alone ? alone.problems : []), ...together]
  if (!('problems' in alone) && problems.length === 0) return alone.values
  const lines = problems.map((problem) => `  ${problem}`).join('\n')
  throw new PlatformError('CONFIGURATION_INVALID', `These settings are malformed; --help says what they mean.\n${lines}`, { details: { problems } })
}

function read<Declared extends Settings>(
  declared: Declared,
  environment: Environment,
): { readonly values: SettingValues<Declared> } | { readonly problems: readonly string[] } {
  try {
    return { values: readSettings(declared, environment) }
  } catch (error) {
    if (!isMLError(error, 'CONFIGURATION_INVALID')) throw error
    return { problems: error.details['problems'] as readonly string[] }
  }
}
