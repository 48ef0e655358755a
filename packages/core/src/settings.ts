import { PlatformError } from './errors/families.js'

/** One setting of an app: what it means, how its text is read, and what it is when nobody sets it. */
export interface Setting<Value> {
  readonly meaning: string
  /** What its text must be, for people: `a whole number from 0 to 65535`. */
  readonly expected: string
  /** As it would be written; undefined when there is none. */
  readonly defaultText?: string
  /** Undefined when the text is not what is expected. */
  readonly read: (text: string) => Value | undefined
  /** The value when it is not set. */
  readonly fallback: Value
  /** Never shown, not even when it is malformed. */
  readonly secret?: boolean
}

export type Settings = Readonly<Record<string, Setting<unknown>>>
export type SettingValues<Declared extends Settings> = { readonly [Name in keyof Declared]: Declared[Name] extends Setting<infer Value> ? Value : never }

export function wholeNumberSetting(meaning: string, options: { default: number; minimum: number; maximum: number }): Setting<number> {
  const { minimum, maximum } = options
  return {
    meaning,
    expected: `a whole number from ${minimum} to ${maximum}`,
    defaultText: String(options.default),
    fallback: options.default,
    read: (text) => {
      const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
      return value >= minimum && value <= maximum ? value : undefined
    },
  }
}

export function textSetting(meaning: string, options: { default: string; pattern?: RegExp; expected?: string }): Setting<string> {
  return {
    meaning,
    expected: options.expected ?? 'text',
    defaultText: options.default,
    fallback: options.default,
    read: (text) => (text !== '' && (options.pattern?.test(text) ?? true) ? text : undefined),
  }
}

export function choiceSetting<Choice extends string>(meaning: string, options: { default: Choice; choices: readonly Choice[] }): Setting<Choice> {
  return {
    meaning,
    expected: `one of ${options.choices.join(', ')}`,
    defaultText: options.default,
    fallback: options.default,
    read: (text) => options.choices.find((choice) => choice === text),
  }
}

export function flagSetting(meaning: string, options: { default: boolean }): Setting<boolean> {
  return {
    meaning,
    expected: 'true or false',
    defaultText: String(options.default),
    fallback: options.default,
    read: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  }
}

/** Names separated by commas. */
export function listSetting(meaning: string, options: { default: readonly string[]; pattern: RegExp; expected: string }): Setting<readonly string[]> {
  return {
    meaning,
    expected: options.expected,
    defaultText: options.default.join(','),
    fallback: options.default,
    read: (text) => {
      const names = text.split(',').map((name) => name.trim()).filter((name) => name !== '')
      return names.every((name) => options.pattern.test(name)) ? names : undefined
    },
  }
}

/** An address with a scheme, which may carry a password; undefined when it is not set. */
export function addressSetting(meaning: string, options: { schemes: readonly string[] }): Setting<string | undefined> {
  return {
    meaning,
    expected: `an address that begins with ${options.schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    fallback: undefined,
    secret: true,
    read: (text) => (URL.canParse(text) && options.schemes.includes(new URL(text).protocol.slice(0, -1)) ? text : undefined),
  }
}

/**
 * Reads an app's settings, once, at its start. An empty text is as good as none.
 *
 * @throws MLError `CONFIGURATION_INVALID` naming every malformed setting at once
 * @example
 * readSettings({ PORT: wholeNumberSetting('where to listen', { default: 8080, minimum: 0, maximum: 65_535 }) }, { PORT: '80' }).PORT // => 80
 */
export function readSettings<Declared extends Settings>(
  declared: Declared,
  environment: Readonly<Record<string, string | undefined>>,
): SettingValues<Declared> {
  const problems: string[] = []
  const values = Object.entries(declared).map(([name, setting]) => {
    const text = environment[name]
    if (text === undefined || text === '') return [name, setting.fallback]
    const value = setting.read(text)
    if (value === undefined) problems.push(`${name}: expected ${setting.expected}, got ${setting.secret ? 'something else (not shown)' : JSON.stringify(text.slice(0, 80))}`)
    return [name, value]
  })
  if (problems.length > 0) {
    throw new PlatformError('CONFIGURATION_INVALID', `These settings are malformed; --help says what they mean.\n${problems.map((problem) => `  ${problem}`).join('\n')}`, {
      details: { problems },
    })
  }
  return Object.fromEntries(values) as SettingValues<Declared>
}

/** The settings as `--help` shows them: name, default, meaning. */
export function describeSettings(declared: Settings): string {
  const width = Math.max(...Object.keys(declared).map((name) => name.length))
  return Object.entries(declared).map(([name, { meaning, expected, defaultText }]) =>
    `  ${name.padEnd(width)}  ${meaning}\n  ${' '.repeat(width)}  ${expected}; ${defaultText === undefined ? 'not set by default' : `default ${defaultText}`}`).join('\n')
}
